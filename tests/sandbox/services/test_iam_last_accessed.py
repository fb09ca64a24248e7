"""Last accessed reports are made of the trail and of what the policies allow."""

from datetime import UTC, datetime
from typing import Any

from sandbox.services.iam import last_accessed
from tests.sandbox.conftest import Caller
from tests.sandbox.services.iam_cases import document, forget, new_user, refused

SQS_READ = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"


def services_of(found: dict[str, Any]) -> dict[str, Any]:
    return {one["ServiceNamespace"]: one for one in found["ServicesLastAccessed"]}


def test_services_that_policies_allow() -> None:
    allowed = last_accessed.allowed_services
    assert allowed([document("s3:Get*", "SQS:listqueues", "s3:Nonsense")]) == {"s3", "sqs"}
    assert allowed([document("s3:Nonsense"), document("ec2:*", effect="Deny")]) == set()
    everything = allowed([document("*")])
    assert {"s3", "iam", "ec2"} < everything
    others = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "NotAction": ["s3:*", "iam:Get*"], '
    assert everything - allowed([others + '"Resource": "*"}}']) == {"s3"}


def test_a_users_report(caller: Caller) -> None:
    iam = caller.client("iam")
    other = new_user(caller, "ann")
    arn = iam.get_user(UserName="ann")["User"]["Arn"]
    other.client("sqs", region="eu-west-1").list_queues()
    other.client("sqs", region="eu-west-3").create_queue(QueueName="q")
    iam.detach_user_policy(UserName="ann", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.put_user_policy(UserName="ann", PolicyName="p", PolicyDocument=document("sqs:*", "s3:*"))
    job = iam.generate_service_last_accessed_details(Arn=arn, Granularity="ACTION_LEVEL")["JobId"]
    forget(caller)
    found = iam.get_service_last_accessed_details(JobId=job)
    assert (found["JobStatus"], found["JobType"], found["IsTruncated"]) == ("COMPLETED", "ACTION_LEVEL", False)
    services = services_of(found)
    assert set(services) == {"s3", "sqs"}
    assert services["s3"] == {
        "ServiceName": "Amazon S3",
        "ServiceNamespace": "s3",
        "TotalAuthenticatedEntities": 0,
    }
    sqs = services["sqs"]
    assert (sqs["LastAuthenticatedEntity"], sqs["TotalAuthenticatedEntities"]) == (arn, 1)
    assert sqs["LastAuthenticatedRegion"] == "eu-west-3"
    tracked = {one["ActionName"]: one["LastAccessedRegion"] for one in sqs["TrackedActionsLastAccessed"]}
    assert tracked == {"ListQueues": "eu-west-1", "CreateQueue": "eu-west-3"}


def test_a_groups_and_a_policys_report_tell_who(caller: Caller) -> None:
    iam = caller.client("iam")
    group = iam.create_group(GroupName="g")["Group"]["Arn"]
    iam.attach_group_policy(GroupName="g", PolicyArn=SQS_READ)
    other = new_user(caller, "ann")
    for name in ("ann", "learner"):
        iam.add_user_to_group(GroupName="g", UserName=name)
    other.client("sqs").list_queues()
    for arn in (group, SQS_READ):
        job = iam.generate_service_last_accessed_details(Arn=arn)["JobId"]
        services = services_of(iam.get_service_last_accessed_details(JobId=job))
        assert services["sqs"]["TotalAuthenticatedEntities"] == 1
        assert "TrackedActionsLastAccessed" not in services["sqs"]
        of_job = {"JobId": job, "ServiceNamespace": "sqs"}
        details = iam.get_service_last_accessed_details_with_entities(**of_job)["EntityDetailsList"]
        used = {one["EntityInfo"]["Name"]: "LastAuthenticated" in one for one in details}
        assert used == {"ann": True, "learner": False}
        assert details[0]["EntityInfo"]["Type"] == "USER"
        of_job["ServiceNamespace"] = "ec2"
        assert refused(iam.get_service_last_accessed_details_with_entities, **of_job)[0] == "NoSuchEntity"


def test_calls_after_the_report_do_not_count(caller: Caller, monkeypatch: Any) -> None:
    iam = caller.client("iam")
    arn = iam.get_user()["User"]["Arn"]
    job = iam.generate_service_last_accessed_details(Arn=arn)["JobId"]
    monkeypatch.setattr(last_accessed, "_end", lambda job: datetime(2000, 1, 1, tzinfo=UTC))
    services = services_of(iam.get_service_last_accessed_details(JobId=job))
    assert all("LastAuthenticated" not in one for one in services.values())


def test_an_administrators_report_comes_in_pages(caller: Caller) -> None:
    iam = caller.client("iam")
    job = iam.generate_service_last_accessed_details(Arn=iam.get_user()["User"]["Arn"])["JobId"]
    seen: list[str] = []
    page: dict[str, Any] = {}
    while not seen or page["IsTruncated"]:
        marker = {"Marker": page["Marker"]} if page else {}
        page = iam.get_service_last_accessed_details(JobId=job, MaxItems=200, **marker)
        seen += [one["ServiceNamespace"] for one in page["ServicesLastAccessed"]]
    assert len(seen) == len(set(seen)) > 400


def test_a_report_that_nobody_made(caller: Caller) -> None:
    iam = caller.client("iam")
    job = "0" * 36
    assert refused(iam.get_service_last_accessed_details, JobId=job)[0] == "NoSuchEntity"
    missing = f"arn:aws:iam::{caller.account.pk}:role/missing"
    assert refused(iam.generate_service_last_accessed_details, Arn=missing)[0] == "NoSuchEntity"


def test_old_reports_are_given_up(caller: Caller) -> None:
    iam, arn = caller.client("iam"), f"arn:aws:iam::{caller.account.pk}:user/learner"
    jobs = [iam.generate_service_last_accessed_details(Arn=arn)["JobId"] for _ in range(last_accessed.MOST_JOBS + 1)]
    iam.get_service_last_accessed_details(JobId=jobs[-1])
    outcomes = 0
    for job in jobs:
        try:
            iam.get_service_last_accessed_details(JobId=job, MaxItems=1)
            outcomes += 1
        except iam.exceptions.NoSuchEntityException:
            continue
    assert outcomes == last_accessed.MOST_JOBS


def test_which_policies_grant_a_service(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.create_group(GroupName="g")
    iam.add_user_to_group(GroupName="g", UserName="learner")
    iam.put_group_policy(GroupName="g", PolicyName="p", PolicyDocument=document("sqs:SendMessage"))
    arn = iam.get_user()["User"]["Arn"]
    found = iam.list_policies_granting_service_access(Arn=arn, ServiceNamespaces=["sqs", "s3"])
    administrator = {
        "PolicyName": "AdministratorAccess",
        "PolicyType": "MANAGED",
        "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess",
    }
    inline = {"PolicyName": "p", "PolicyType": "INLINE", "EntityType": "GROUP", "EntityName": "g"}
    assert found["PoliciesGrantingServiceAccess"] == [
        {"ServiceNamespace": "sqs", "Policies": [administrator, inline]},
        {"ServiceNamespace": "s3", "Policies": [administrator]},
    ]
    unknown = {"Arn": arn, "ServiceNamespaces": ["nonsense"]}
    assert refused(iam.list_policies_granting_service_access, **unknown)[0] == "InvalidInput"
