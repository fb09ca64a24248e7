"""Resources of templates that moto does not make, or forgets to delete: policies, permissions and subscriptions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

# Each module adds its types to those that the map below is made of.
import moto.cloudformation.models  # noqa: F401
from moto.awslambda.utils import get_backend
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException, ValidationError
from moto.cloudformation.parsing import get_model_map
from moto.core.common_models import CloudFormationModel
from moto.core.exceptions import ServiceException
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.utilities.arns import parse_arn
from moto.utilities.utils import get_partition

from sandbox.emulator.expectation import expect
from sandbox.emulator.policies.document import as_text


class Attachment(CloudFormationModel):  # type: ignore[misc]  # moto is untyped to us
    """What a stack puts on resources that are there already; `properties` are those that were put there last."""

    attribute = "Id"
    required: tuple[str, ...] = ()
    # The property that lists what it is put on, "" where that is one thing.
    several = ""

    def __init__(self, name: str, properties: Mapping[str, Any], account_id: str, region: str) -> None:
        self.name = name
        self.properties = dict(properties)
        self.account_id = account_id
        self.region = region

    @property
    def physical_resource_id(self) -> str:
        return self.name

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return bool(attr) and attr == cls.attribute

    def get_cfn_attribute(self, attribute_name: str) -> str:
        if not self.has_cfn_attr(attribute_name):
            raise UnformattedGetAttTemplateException
        return self.physical_resource_id

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> "Attachment":
        made = cls(resource_name, cls._checked(cloudformation_json), account_id, region_name)
        made.attach()
        return made

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> "Attachment":
        if not isinstance(original_resource, cls):
            raise ValidationError(message="Update of resource type is not permitted.")
        original_resource.change(cls._checked(cloudformation_json))
        return original_resource

    @classmethod
    def _checked(cls, told: Mapping[str, Any]) -> dict[str, Any]:
        properties = dict(told.get("Properties") or {})
        if missing := [name for name in cls.required if name not in properties]:
            raise ValidationError(message=f"Properties validation failed: required key [{missing[0]}] not found")
        listed = properties.get(cls.several, [])
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            raise ValidationError(message=f"Properties validation failed: {cls.several} is no list of strings")
        return properties

    def delete(self, account_id: str, region_name: str) -> None:
        """Take it away, as the stack is deleted; what it was put on may be gone before."""
        self.detach()

    def is_made_anew(self, properties: Mapping[str, Any]) -> bool:
        """Whether a change puts something else in the place of this, which is judged as if it were new."""
        return True

    def change(self, properties: Mapping[str, Any]) -> None:
        self.detach()
        self.properties = dict(properties)
        self.attach()

    def attach(self) -> None:
        raise NotImplementedError

    def detach(self) -> None:
        raise NotImplementedError


class BucketPolicy(Attachment):
    """AWS::S3::BucketPolicy, whose id is the bucket's name."""

    attribute = ""
    required = ("Bucket", "PolicyDocument")

    @property
    def physical_resource_id(self) -> str:
        return str(self.properties["Bucket"])

    def _backend(self) -> Any:
        return s3_backends[self.account_id][get_partition(self.region)]

    def attach(self) -> None:
        name = self.physical_resource_id
        if self._backend().get_bucket_policy(name):
            raise ValidationError(message=f"The bucket policy already exists on bucket {name}.")
        self._backend().put_bucket_policy(name, as_text(self.properties["PolicyDocument"]).encode())

    def detach(self) -> None:
        # A bucket of that name that is another account's by now is not this stack's.
        if self.physical_resource_id in self._backend().buckets:
            self._backend().delete_bucket_policy(self.physical_resource_id)


class QueuePolicy(Attachment):
    """AWS::SQS::QueuePolicy: one policy on several queues."""

    required = ("Queues", "PolicyDocument")
    several = "Queues"

    def _names(self) -> Iterator[str]:
        for url in self.properties["Queues"]:
            beginning, _, name = str(url).rpartition("/")
            if beginning.rpartition("/")[2] != self.account_id:
                raise ValidationError(message=f"The address {url} is not valid for this endpoint.")
            yield name

    def attach(self) -> None:
        text = as_text(self.properties["PolicyDocument"])
        for name in self._names():
            sqs_backends[self.account_id][self.region].get_queue(name).policy = text

    def detach(self) -> None:
        queues = sqs_backends[self.account_id][self.region].queues
        for name in self._names():
            if name in queues:
                queues[name].policy = None


class TopicPolicy(Attachment):
    """AWS::SNS::TopicPolicy: one policy on several topics, which get back their first one."""

    required = ("Topics", "PolicyDocument")
    several = "Topics"

    def _topic(self, arn: str) -> Any:
        _parsed(arn)
        return sns_backends[self.account_id][self.region].get_topic(arn)

    def attach(self) -> None:
        for arn in self.properties["Topics"]:
            self._topic(arn).policy = as_text(self.properties["PolicyDocument"])

    def detach(self) -> None:
        for arn in self.properties["Topics"]:
            try:
                topic = self._topic(arn)
            except ServiceException:
                continue
            default = topic._create_default_topic_policy(_parsed(arn).region, topic.account_id, topic.name)
            topic.policy = json.dumps(default)


def _parsed(arn: str) -> Any:
    try:
        return parse_arn(arn)
    except ValueError as error:
        raise ValidationError(message="Invalid parameter: TopicArn") from error


class Subscription(Attachment):
    """AWS::SNS::Subscription, whose id is its ARN."""

    attribute = "Arn"
    required = ("TopicArn", "Protocol")
    place = ("TopicArn", "Protocol", "Endpoint")
    # The scope tells how the filter is read.
    documents = ("FilterPolicyScope", "FilterPolicy", "DeliveryPolicy", "RedrivePolicy", "SubscriptionRoleArn")

    def _backend(self) -> Any:
        return sns_backends[self.account_id][self.region]

    def is_made_anew(self, properties: Mapping[str, Any]) -> bool:
        return any(self.properties.get(name) != properties.get(name) for name in self.place)

    def attach(self) -> None:
        arn, protocol, endpoint = (str(self.properties.get(name, "")) for name in self.place)
        _parsed(arn)
        self.name = str(self._backend().subscribe(arn, endpoint, protocol).arn)
        self._set_attributes({})

    def detach(self) -> None:
        self._backend().unsubscribe(self.name)

    def change(self, properties: Mapping[str, Any]) -> None:
        if self.is_made_anew(properties) or self.name not in self._backend().subscriptions:
            super().change(properties)
            return
        before, self.properties = self.properties, dict(properties)
        self._set_attributes(before)

    def _set_attributes(self, before: Mapping[str, Any]) -> None:
        for name in self.documents:
            if name in self.properties:
                self._backend().set_subscription_attributes(self.name, name, as_text(self.properties[name]))
            elif name in before:
                self._backend().set_subscription_attributes(self.name, name, "")
        raw = str(self.properties.get("RawMessageDelivery", "")).lower() == "true"
        # moto takes every text for true.
        self._backend().set_subscription_attributes(self.name, "RawMessageDelivery", "true" if raw else False)


class SecretPolicy(Attachment):
    """AWS::SecretsManager::ResourcePolicy, whose id is the secret's ARN."""

    required = ("SecretId", "ResourcePolicy")

    def _backend(self) -> Any:
        return secretsmanager_backends[self.account_id][self.region]

    def attach(self) -> None:
        text = as_text(self.properties["ResourcePolicy"])
        self.name, _ = self._backend().put_resource_policy(str(self.properties["SecretId"]), text)

    def detach(self) -> None:
        if self.name in self._backend().secrets:
            self._backend().delete_resource_policy(self.name)


class FunctionPermission(Attachment):
    """AWS::Lambda::Permission: moto's own keeps more than the statement, and stays when the stack is deleted."""

    required = ("FunctionName", "Action", "Principal")

    def _backend(self) -> Any:
        return get_backend(self.account_id, self.region)

    def attach(self) -> None:
        told = {name: value for name, value in self.properties.items() if name != "FunctionName"}
        statement = json.dumps({**told, "StatementId": self.name})
        self._backend().get_function(str(self.properties["FunctionName"])).policy.add_statement(raw=statement)

    def detach(self) -> None:
        try:
            self._backend().remove_permission(str(self.properties["FunctionName"]), self.name)
        except ServiceException:
            # The function is gone, or somebody has removed the statement.
            return


MODELS: dict[str, type[Attachment]] = {
    "AWS::Lambda::Permission": FunctionPermission,
    "AWS::S3::BucketPolicy": BucketPolicy,
    "AWS::SNS::Subscription": Subscription,
    "AWS::SNS::TopicPolicy": TopicPolicy,
    "AWS::SQS::QueuePolicy": QueuePolicy,
    "AWS::SecretsManager::ResourcePolicy": SecretPolicy,
}


def apply() -> None:
    """Add the types to those that moto makes."""
    known = get_model_map()
    expect("AWS::CloudFormation::Stack" in known, "cloudformation.parsing.get_model_map")
    expect(known.keys() & MODELS.keys() == {"AWS::Lambda::Permission"}, "the types that moto makes")
    known.update(MODELS)
