"""The signature of a browser's form: over the policy, with the key of an ordinary signature."""

from collections.abc import Mapping

from ._sigv4_reading import _check_date, _credential, _is_time
from .authorization import ALGORITHM, Authorization
from .messages import AwsError
from .problems import WrongScope
from .services import S3_SIGNING_NAMES

_ALGORITHMS = 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"'
_VERSION_2 = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
_ORDER = "If it is specified, please check the order of the fields."


def missing_field(name: str) -> AwsError:
    """A form without a field that it needs."""
    message = f"Bucket POST must contain a field named '{name}'.  {_ORDER}"
    return AwsError("InvalidArgument", message, 400, {"ArgumentName": name, "ArgumentValue": ""})


def read_form_fields(fields: Mapping[str, str]) -> Authorization | None:
    """The signature in a form's fields, by lower-case name; None when there is neither policy nor signature.

    Raises AwsError, MalformedAuthorization and WrongScope.
    """
    if "awsaccesskeyid" in fields:
        raise AwsError("InvalidRequest", _VERSION_2, 400)
    if not fields.get("policy") and not fields.get("x-amz-signature"):
        return None
    for name in ("Policy", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"):
        if not fields.get(name.lower()):
            raise missing_field(name)
    if fields["x-amz-algorithm"] != ALGORITHM:
        argument = {"ArgumentName": "x-amz-algorithm", "ArgumentValue": fields["x-amz-algorithm"]}
        raise AwsError("InvalidArgument", _ALGORITHMS, 400, argument)
    timestamp = fields["x-amz-date"]
    if not _is_time(timestamp):
        argument = {"ArgumentName": "x-amz-date", "ArgumentValue": timestamp}
        raise AwsError("InvalidArgument", "X-Amz-Date must be formatted via ISO8601 Long format", 400, argument)
    access_key_id, date, region, service = _credential(fields["x-amz-credential"], presigned=True)
    _check_date(date, timestamp, presigned=True)
    if service not in S3_SIGNING_NAMES:
        raise WrongScope("service", service, "s3", presigned=True)
    return Authorization(
        access_key_id=access_key_id,
        date=date,
        region=region,
        service=service,
        signed_headers=(),
        signature=fields["x-amz-signature"],
        timestamp=timestamp,
        session_token=fields.get("x-amz-security-token"),
        presigned=True,
        policy=fields["policy"],
    )
