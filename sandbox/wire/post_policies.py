"""The policy of a browser's upload to S3: what the signer lets the form hold, and until when.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .messages import AwsError

# A form's fields that no condition needs to name.
UNCOVERED = frozenset(("x-amz-signature", "signature", "awsaccesskeyid", "policy", "file"))
IGNORED = "x-ignore-"
_ACCORDING = "Invalid according to Policy: "


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: "eq" or "starts-with" on a field (lower case), or a range of sizes ("content-length-range")."""

    operator: str
    field: str
    value: str
    smallest: int = 0
    largest: int = 0

    def __str__(self) -> str:
        return json.dumps([self.operator, f"${self.field}", self.value])


@dataclass(frozen=True, slots=True)
class PostPolicy:
    """A policy as it was read; `expiration` is aware."""

    expiration: datetime
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """What a form brings: `fields` by lower-case name, `written` the same before `${filename}` was filled in."""

    fields: Mapping[str, str]
    written: Mapping[str, str]
    size: int


def read_policy(encoded: str) -> PostPolicy:
    """Read a policy from its Base64 form; raises AwsError (InvalidPolicyDocument)."""
    try:
        document = json.loads(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise _invalid("Invalid JSON.") from None
    if not isinstance(document, dict):
        raise _invalid("Invalid JSON.")
    for name in document:
        if name not in ("expiration", "conditions"):
            raise _invalid(f"Unexpected: '{name}'.")
    conditions = document.get("conditions")
    if not isinstance(conditions, list):
        raise _invalid("Policy missing conditions.")
    return PostPolicy(
        _expiration(document.get("expiration")), tuple(one for raw in conditions for one in _conditions(raw))
    )


def _invalid(what: str) -> AwsError:
    return AwsError("InvalidPolicyDocument", f"Invalid Policy: {what}", 400)


def _expiration(value: Any) -> datetime:
    if value is None:
        raise _invalid("Policy missing expiration.")
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise _invalid(f"Invalid 'expiration' value: '{value}'.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _conditions(raw: Any) -> Iterator[Condition]:
    if isinstance(raw, dict):
        for name, value in raw.items():
            yield Condition("eq", name.lower(), _text(value))
        return
    if not isinstance(raw, list) or len(raw) != 3 or not isinstance(raw[0], str):
        raise _invalid("Invalid condition.")
    operator = raw[0].lower()
    if operator == "content-length-range":
        yield Condition(operator, "", "", _size(raw[1]), _size(raw[2]))
    elif operator in ("eq", "starts-with") and isinstance(raw[1], str) and raw[1].startswith("$"):
        yield Condition(operator, raw[1][1:].lower(), _text(raw[2]))
    else:
        raise _invalid(f"Invalid condition: {json.dumps(raw)[:200]}.")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _invalid("Invalid Simple-Condition: Simple-Conditions must have the form {fieldName: fieldValue}.")
    return value


def _size(value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _invalid("Invalid content-length-range.")
    return value


def check_upload(policy: PostPolicy, upload: Upload, now: datetime) -> None:
    """Refuse an upload that the policy does not let through; raises AwsError."""
    if now > policy.expiration:
        raise AwsError("AccessDenied", f"{_ACCORDING}Policy expired.", 403)
    for condition in policy.conditions:
        if condition.operator != "content-length-range" and not _holds(condition, upload):
            raise AwsError("AccessDenied", f"{_ACCORDING}Policy Condition failed: {condition}", 403)
    covered = {condition.field for condition in policy.conditions} | UNCOVERED
    extra = [name for name in upload.fields if name not in covered and not name.startswith(IGNORED)]
    if extra:
        raise AwsError("AccessDenied", f"{_ACCORDING}Extra input fields: {', '.join(extra)}", 403)
    for condition in policy.conditions:
        if condition.operator == "content-length-range":
            _check_size(condition, upload.size)


def _holds(condition: Condition, upload: Upload) -> bool:
    # Whether S3 compares before or after the file's name is filled in is not documented: either will do.
    values = {source[condition.field] for source in (upload.fields, upload.written) if condition.field in source}
    if condition.operator == "eq":
        return condition.value in values
    if not values:
        return condition.value == ""
    if condition.field == "content-type":
        return any(all(one.strip().startswith(condition.value) for one in value.split(",")) for value in values)
    return any(value.startswith(condition.value) for value in values)


def _check_size(condition: Condition, size: int) -> None:
    if size < condition.smallest:
        fields = {"ProposedSize": str(size), "MinSizeAllowed": str(condition.smallest)}
        message = "Your proposed upload is smaller than the minimum allowed size"
        raise AwsError("EntityTooSmall", message, 400, fields)
    if size > condition.largest:
        fields = {"ProposedSize": str(size), "MaxSizeAllowed": str(condition.largest)}
        raise AwsError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400, fields)
