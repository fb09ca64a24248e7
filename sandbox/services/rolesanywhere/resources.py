"""What Roles Anywhere keeps of an account in a region: tables of resources by id, and their tags.

https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/Welcome.html
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from sandbox.emulator import World
from sandbox.services.invocation import Invocation
from sandbox.wire import AwsError

SERVICE = "rolesanywhere"
ANCHORS, PROFILES, CRLS, SUBJECTS, TAGS = "trust anchors", "profiles", "crls", "subjects", "tags"
MOST_TAGS = 50
MOST_ON_PAGE = 100
_NAMES = {ANCHORS: "trust-anchor", PROFILES: "profile", CRLS: "crl", SUBJECTS: "subject"}
_NAME = re.compile(r"[ a-zA-Z0-9_-]{1,255}")
_TAG_KEY = re.compile(r"[ a-zA-Z0-9_.:/=+@-]{1,128}")
_TAG_VALUE = re.compile(r"[ a-zA-Z0-9_.:/=+@-]{0,256}")
# Default quotas.
_MOST = {ANCHORS: 50, PROFILES: 250, CRLS: 100}

Row = dict[str, Any]


def invalid(message: str) -> AwsError:
    """ValidationException."""
    return AwsError("ValidationException", message, 400)


def missing(kind: str) -> AwsError:
    """Something that is not there."""
    return AwsError("ResourceNotFoundException", f"There is no such {_NAMES[kind].replace('-', ' ')}", 404)


def denied(message: str) -> AwsError:
    """AccessDeniedException."""
    return AwsError("AccessDeniedException", message, 403)


def state_of(world: World, account_id: str, region: str) -> Row:
    """All that is kept, for who has no call to look from."""
    return world.native(SERVICE, account_id, region)


def arn_of(kind: str, identifier: str, account_id: str, region: str) -> str:
    """A resource's ARN."""
    return f"arn:aws:rolesanywhere:{region}:{account_id}:{_NAMES[kind]}/{identifier}"


def add(invocation: Invocation, kind: str, name: str, members: Row) -> Row:
    """Keep a new resource with a name, an id, an ARN and the call's tags; raises AwsError."""
    table: dict[str, Row] = invocation.native().setdefault(kind, {})
    if len(table) >= _MOST[kind]:
        raise invalid(f"The account has {_MOST[kind]} {kind} in this Region, which is the quota")
    identifier, now = str(uuid4()), invocation.now.isoformat()
    row = {
        "id": identifier,
        "arn": arn_of(kind, identifier, invocation.account_id, invocation.call.region),
        "name": checked_name(name),
        # That a resource is off unless the call says otherwise, we only believe.
        "enabled": bool(invocation.parameters.get("enabled")),
        "createdAt": now,
        "updatedAt": now,
        **members,
    }
    put_tags(invocation, row["arn"], invocation.parameters.get("tags") or [])
    table[identifier] = row
    return row


def checked_name(name: str) -> str:
    """A resource's name; raises AwsError."""
    if not _NAME.fullmatch(name):
        raise invalid("A name is of 1 to 255 letters, digits, spaces, hyphens and underscores")
    return name


def required(invocation: Invocation, *names: str) -> list[Any]:
    """Parameters that must be given; raises AwsError."""
    for name in names:
        if invocation.parameters.get(name) is None:
            raise invalid(f"{name} is missing")
    return [invocation.parameters[name] for name in names]


def found(invocation: Invocation, kind: str, parameter: str) -> Row:
    """The resource whose id is in a parameter; raises AwsError."""
    identifier = required(invocation, parameter)[0]
    row: Row | None = invocation.native().get(kind, {}).get(identifier)
    if row is None:
        raise missing(kind)
    return row


def change(invocation: Invocation, row: Row, members: Row) -> None:
    """Change a resource; what is None stays as it is."""
    row.update({name: value for name, value in members.items() if value is not None})
    row["updatedAt"] = invocation.now.isoformat()


def times(row: Row, *names: str) -> Row:
    """The times of a row as datetimes."""
    return {name: datetime.fromisoformat(row[name]) for name in names}


def switches(kind: str, parameter: str, answer: Callable[[Row], Row]) -> tuple[Any, Any]:
    """Handlers that enable and disable a resource of a kind."""

    def handler(enabled: bool) -> Callable[[Invocation], Row]:
        def switch(invocation: Invocation) -> Row:
            row = found(invocation, kind, parameter)
            change(invocation, row, {"enabled": enabled})
            return answer(row)

        return switch

    return handler(True), handler(False)


def delete(invocation: Invocation, kind: str, parameter: str) -> Row:
    """Take a resource away; returns what it was. Raises AwsError."""
    row = found(invocation, kind, parameter)
    del invocation.native()[kind][row["id"]]
    invocation.native().get(TAGS, {}).pop(row["arn"], None)
    return row


def page(invocation: Invocation, kind: str, name: str, shown: Callable[[Row], Row]) -> Row:
    """The page of a table that `nextToken` and `pageSize` ask for, under a name."""
    rows = list(invocation.native().get(kind, {}).values())
    size = invocation.parameters.get("pageSize") or MOST_ON_PAGE
    if not 1 <= size <= MOST_ON_PAGE:
        raise invalid(f"pageSize is from 1 to {MOST_ON_PAGE}")
    start = _start(kind, invocation.parameters.get("nextToken"))
    answer: Row = {name: [shown(row) for row in rows[start : start + size]]}
    if start + size < len(rows):
        answer["nextToken"] = urlsafe_b64encode(f"{kind} {start + size}".encode()).decode()
    return answer


def _start(kind: str, token: str | None) -> int:
    if token is None:
        return 0
    try:
        what, _, number = urlsafe_b64decode(token.encode()).decode().rpartition(" ")
    except (Error, ValueError):
        what, number = "", ""
    if what != kind or not (number.isascii() and number.isdecimal()) or len(number) > 6:
        raise invalid("nextToken is not one that this operation gave")
    return int(number)


# Tags


def tag_resource(invocation: Invocation) -> Row:
    """Add tags to a resource; raises AwsError."""
    arn, tags = required(invocation, "resourceArn", "tags")
    _check_exists(invocation, arn)
    put_tags(invocation, arn, tags)
    return {}


def untag_resource(invocation: Invocation) -> Row:
    """Take tags off a resource; raises AwsError."""
    arn, keys = required(invocation, "resourceArn", "tagKeys")
    _check_exists(invocation, arn)
    kept = invocation.native().get(TAGS, {}).get(arn, {})
    for key in keys:
        kept.pop(key, None)
    return {}


def list_tags_for_resource(invocation: Invocation) -> Row:
    """Tell a resource's tags; raises AwsError."""
    arn = required(invocation, "resourceArn")[0]
    _check_exists(invocation, arn)
    kept = invocation.native().get(TAGS, {}).get(arn, {})
    return {"tags": [{"key": key, "value": value} for key, value in kept.items()]}


def put_tags(invocation: Invocation, arn: str, tags: list[Row]) -> None:
    """Set tags of a resource; raises AwsError."""
    kept = dict(invocation.native().get(TAGS, {}).get(arn, {}))
    for tag in tags:
        key, value = tag.get("key") or "", tag.get("value") or ""
        if not _TAG_KEY.fullmatch(key) or not _TAG_VALUE.fullmatch(value) or key.lower().startswith("aws:"):
            raise invalid(f"{key[:128]!r} with its value is no tag")
        kept[key] = value
    if len(kept) > MOST_TAGS:
        raise AwsError("TooManyTagsException", f"A resource has at most {MOST_TAGS} tags", 400)
    if kept:
        invocation.native().setdefault(TAGS, {})[arn] = kept


def _check_exists(invocation: Invocation, arn: str) -> None:
    for kind in _NAMES:
        if any(row["arn"] == arn for row in invocation.native().get(kind, {}).values()):
            return
    raise AwsError("ResourceNotFoundException", "There is no such resource", 404)
