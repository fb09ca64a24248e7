"""A harmless call of every service family, and the form in which each family says no, written out by hand."""

import io
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import botocore.parsers
import botocore.session

from sandbox.wire import Request, Response
from tests.sandbox.signatures.signer import Draft

FORM = ("content-type", "application/x-www-form-urlencoded; charset=utf-8")
REGION = "eu-central-1"


@dataclass(frozen=True, slots=True)
class Family:
    """One way to speak to one service.

    `style` is how it words its refusals: "xml", "compat" (JSON or CBOR that keeps the query codes), "json", "rest",
    "ec2" or "s3". `other` is the same operation's neighbour: (method, path) that is an operation as well.
    """

    name: str
    service: str
    style: str
    draft: Draft
    answer: str
    content_type: str
    namespace: str = ""
    protocol: str = ""
    bare_types: bool = False
    other: tuple[str, str] = ("POST", "/")
    extra: dict[str, str] = field(default_factory=dict)


def _query(service: str, action: str, version: str, namespace: str, **given: Any) -> Family:
    body = urlencode({"Action": action, "Version": version}).encode()
    signing = given.pop("signing", service)
    draft = Draft("POST", given.pop("host"), "/", signing, given.pop("region", REGION), headers=(FORM,), body=body)
    style = given.pop("style", "xml")
    content_type = given.pop("content_type", "text/xml")
    name = given.pop("name", service)
    return Family(
        name, service, style, draft, f"<{action}Response", content_type, namespace, given.pop("protocol", "query"),
        other=("PUT", "/"), **given,
    )  # fmt: skip


def _json(service: str, target: str, version: str, answer: str, **given: Any) -> Family:
    kind = f"application/x-amz-json-{version}"
    headers = (("content-type", kind), ("x-amz-target", target))
    draft = Draft(
        "POST", given.pop("host", f"{service}.{REGION}.amazonaws.com"), "/", given.pop("signing", service),
        given.pop("region", REGION), headers=headers, body=b"{}",
    )  # fmt: skip
    name = given.pop("name", service)
    style = given.pop("style", "json")
    return Family(name, service, style, draft, answer, kind, protocol="json", other=("PUT", "/"), **given)


def _rest_json(service: str, path: str, answer: str, other: tuple[str, str]) -> Family:
    draft = Draft("GET", f"{service}.{REGION}.amazonaws.com", path, service, REGION)
    return Family(service, service, "rest", draft, answer, "application/json", protocol="rest-json", other=other)


def _rest_xml(service: str, host: str, path: str, namespace: str, answer: str, other: tuple[str, str]) -> Family:
    draft = Draft("GET", host, path, service, "us-east-1")
    return Family(service, service, "xml", draft, answer, "text/xml", namespace, "rest-xml", other=other)


_CBOR = Draft(
    "POST",
    f"monitoring.{REGION}.amazonaws.com",
    "/service/GraniteServiceVersion20100801/operation/ListDashboards",
    "monitoring",
    REGION,
    headers=(("content-type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")),
    body=b"\xa0",
)
_S3 = Draft("GET", f"s3.{REGION}.amazonaws.com", "/plum-otter", "s3", REGION, query="list-type=2")
_EC2 = "http://ec2.amazonaws.com/doc/2016-11-15/"

FAMILIES = (
    _query(
        "iam",
        "ListUsers",
        "2010-05-08",
        "https://iam.amazonaws.com/doc/2010-05-08/",
        host="iam.amazonaws.com",
        region="us-east-1",
    ),
    _query(
        "sts",
        "GetCallerIdentity",
        "2011-06-15",
        "https://sts.amazonaws.com/doc/2011-06-15/",
        host=f"sts.{REGION}.amazonaws.com",
    ),
    _query(
        "sns",
        "ListTopics",
        "2010-03-31",
        "http://sns.amazonaws.com/doc/2010-03-31/",
        host=f"sns.{REGION}.amazonaws.com",
    ),
    _query(
        "cloudformation",
        "DescribeStacks",
        "2010-05-15",
        "http://cloudformation.amazonaws.com/doc/2010-05-15/",
        host=f"cloudformation.{REGION}.amazonaws.com",
    ),
    _query(
        "elbv2",
        "DescribeLoadBalancers",
        "2015-12-01",
        "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
        host=f"elasticloadbalancing.{REGION}.amazonaws.com",
        signing="elasticloadbalancing",
    ),
    _query(
        "autoscaling",
        "DescribeAutoScalingGroups",
        "2011-01-01",
        "http://autoscaling.amazonaws.com/doc/2011-01-01/",
        host=f"autoscaling.{REGION}.amazonaws.com",
    ),
    _query(
        "ec2",
        "DescribeVpcs",
        "2016-11-15",
        "",
        host=f"ec2.{REGION}.amazonaws.com",
        style="ec2",
        protocol="ec2",
        content_type="text/xml;charset=UTF-8",
    ),
    _query(
        "sqs",
        "ListQueues",
        "2012-11-05",
        "http://queue.amazonaws.com/doc/2012-11-05/",
        host=f"sqs.{REGION}.amazonaws.com",
        name="sqs-query",
    ),
    _query(
        "cloudwatch",
        "ListDashboards",
        "2010-08-01",
        "http://monitoring.amazonaws.com/doc/2010-08-01/",
        host=f"monitoring.{REGION}.amazonaws.com",
        signing="monitoring",
        name="cloudwatch-query",
    ),
    _json("sqs", "AmazonSQS.ListQueues", "1.0", "{", style="compat", name="sqs-json"),
    _json(
        "cloudwatch",
        "GraniteServiceVersion20100801.ListDashboards",
        "1.0",
        '"DashboardEntries"',
        style="compat",
        name="cloudwatch-json",
        host=f"monitoring.{REGION}.amazonaws.com",
        signing="monitoring",
    ),
    Family(
        "cloudwatch-cbor",
        "cloudwatch",
        "compat",
        _CBOR,
        "DashboardEntries",
        "application/cbor",
        protocol="smithy-rpc-v2-cbor",
        other=("PUT", _CBOR.path),
        extra={"smithy-protocol": "rpc-v2-cbor"},
    ),
    _json("dynamodb", "DynamoDB_20120810.ListTables", "1.0", '"TableNames"'),
    _json("kms", "TrentService.ListKeys", "1.1", '"Keys"', bare_types=True),
    _json("secretsmanager", "secretsmanager.ListSecrets", "1.1", '"SecretList"'),
    _json("ssm", "AmazonSSM.DescribeParameters", "1.1", '"Parameters"'),
    _json("logs", "Logs_20140328.DescribeLogGroups", "1.1", '"logGroups"'),
    _json("events", "AWSEvents.ListRules", "1.1", '"Rules"'),
    _json(
        "organizations",
        "AWSOrganizationsV20161128.ListRoots",
        "1.1",
        '"Roots"',
        bare_types=True,
        host="organizations.us-east-1.amazonaws.com",
        region="us-east-1",
    ),
    _rest_json("lambda", "/2015-03-31/functions/", '"Functions"', ("DELETE", "/2015-03-31/functions/f")),
    _rest_json("apigateway", "/restapis", '"item"', ("DELETE", "/restapis/abc")),
    _rest_xml(
        "route53",
        "route53.amazonaws.com",
        "/2013-04-01/hostedzone",
        "https://route53.amazonaws.com/doc/2013-04-01/",
        "<ListHostedZonesResponse",
        ("DELETE", "/2013-04-01/hostedzone/Z1"),
    ),
    _rest_xml(
        "cloudfront",
        "cloudfront.amazonaws.com",
        "/2020-05-31/distribution",
        "http://cloudfront.amazonaws.com/doc/2020-05-31/",
        "<DistributionList",
        ("DELETE", "/2020-05-31/distribution/E1"),
    ),
    Family(
        "s3",
        "s3",
        "s3",
        _S3,
        "<ListBucketResult",
        "application/xml",
        protocol="rest-xml",
        other=("DELETE", "/plum-otter"),
    ),
)
BY_NAME = {family.name: family for family in FAMILIES}


@dataclass(frozen=True, slots=True)
class Told:
    """A whole refusal: the answer as it is on the wire, and what botocore makes of it."""

    status: int
    headers: dict[str, str]
    body: Any
    code: str
    message: str


_session = botocore.session.Session()
_MODELLED: dict[str, Any] = {}


def parsed_by_botocore(family: Family, response: Response) -> tuple[str, str]:
    """Code and message of the error as a client of AWS reads them."""
    model = _MODELLED.setdefault(family.service, _session.get_service_model(family.service))
    parser = botocore.parsers.create_parser(family.protocol)
    headers = botocore.parsers.ResponseParserFactory and {name.lower(): value for name, value in response.headers}
    answer = {"status_code": response.status, "headers": headers, "body": response.body, "context": {}}
    error = parser.parse(answer, model.operation_model(model.operation_names[0]).output_shape)["Error"]
    return error["Code"], error["Message"]


def told(family: Family, response: Response) -> Told:
    """An answer in comparable parts, the request's id replaced by ID."""
    headers = {name.lower(): value for name, value in response.headers}
    request_id = headers.get("x-amzn-requestid") or headers.get("x-amz-request-id") or "none"
    headers = {name: value.replace(request_id, "ID") for name, value in headers.items()}
    code, message = parsed_by_botocore(family, response)
    return Told(response.status, headers, _read(family, response.body, request_id), code, message)


def _read(family: Family, body: bytes, request_id: str) -> Any:
    if family.style in ("xml", "ec2", "s3"):
        return _tree(ElementTree.fromstring(body.replace(request_id.encode(), b"ID")))
    if family.protocol == "smithy-rpc-v2-cbor":
        reader: Any = botocore.parsers.create_parser(family.protocol)
        return reader.parse_data_item(io.BufferedReader(io.BytesIO(body)))
    return json.loads(body)


def _tree(element: ElementTree.Element) -> Any:
    children = [_tree(child) for child in element]
    return [element.tag, children if children else element.text or ""]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a family must answer: `code` as the front door of its style names it, `json` the same for JSON bodies."""

    status: int
    code: str
    message: str
    json: str = ""
    fields: dict[str, str] = field(default_factory=dict)


def expected(family: Family, refusal: Refusal) -> Told:
    """The whole answer that carries a refusal, in the family's form."""
    headers, body = _FORMS[family.style](family, refusal)
    return Told(refusal.status, headers | family.extra, body, refusal.code, refusal.message)


def _elements(namespace: str, fields: dict[str, str]) -> list[list[Any]]:
    prefix = f"{{{namespace}}}" if namespace else ""
    return [[f"{prefix}{name}", value] for name, value in fields.items()]


def _xml_form(family: Family, refusal: Refusal) -> tuple[dict[str, str], Any]:
    prefix = f"{{{family.namespace}}}"
    fields = {"Type": "Sender", "Code": refusal.code, "Message": refusal.message} | refusal.fields
    error = [f"{prefix}Error", _elements(family.namespace, fields)]
    return _headers(family), [f"{prefix}ErrorResponse", [error, [f"{prefix}RequestId", "ID"]]]


def _ec2_form(family: Family, refusal: Refusal) -> tuple[dict[str, str], Any]:
    error = ["Error", _elements("", {"Code": refusal.code, "Message": refusal.message})]
    return _headers(family), ["Response", [["Errors", [error]], ["RequestID", "ID"]]]


def _s3_form(family: Family, refusal: Refusal) -> tuple[dict[str, str], Any]:
    fields = {"Code": refusal.code, "Message": refusal.message} | refusal.fields
    fields |= {"RequestId": "ID", "HostId": HOST_ID}
    return (
        {"x-amz-request-id": "ID", "x-amz-id-2": HOST_ID, "content-type": family.content_type},
        ["Error", _elements("", fields)],
    )


HOST_ID = "3nTryp01ntH0stId3nTryp01ntH0stId3nTryp01ntH0stId3nTryp01ntH0stId3nTryp01ntH0="


def _json_form(family: Family, refusal: Refusal) -> tuple[dict[str, str], Any]:
    name = refusal.json or refusal.code
    kind = name if family.bare_types else f"com.amazon.coral.service#{name}"
    body = {"__type": kind} | ({"message": refusal.message} if refusal.message else {})
    return _headers(family), body


def _compat_form(family: Family, refusal: Refusal) -> tuple[dict[str, str], Any]:
    headers, body = _json_form(family, refusal)
    return headers | {"x-amzn-query-error": f"{refusal.code};Sender"}, body


def _rest_form(family: Family, refusal: Refusal) -> tuple[dict[str, str], Any]:
    body = {"message": refusal.message} if refusal.message else {}
    return _headers(family) | {"x-amzn-errortype": refusal.code}, body


def _headers(family: Family) -> dict[str, str]:
    return {"x-amzn-requestid": "ID", "content-type": family.content_type}


_FORMS = {
    "xml": _xml_form,
    "ec2": _ec2_form,
    "s3": _s3_form,
    "json": _json_form,
    "compat": _compat_form,
    "rest": _rest_form,
}


def sent_to(request: Request, host: str) -> Request:
    """The same request, but it arrives at another host."""
    headers = tuple((name, host if name == "host" else value) for name, value in request.headers)
    return Request(request.method, host, request.raw_path, request.raw_query, headers, request.body)
