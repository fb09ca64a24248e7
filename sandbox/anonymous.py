"""Calls to S3 that nobody signed: whose environment they are for, since nothing in them proves an account.

In the real world a bucket's name tells all. Here every environment has names of its own, so that the browser's
envelope names the environment, and a plain address an account in it: /aws/@111122223333/bucket/key.
"""

import re
from uuid import UUID

from sandbox import worlds
from sandbox.principals import Principal, anonymous
from sandbox.wire import Call, MissingAuthorization, Request

_ACCOUNT = re.compile(r"/@([0-9]{12})(?=/|$)")
_NO_ACCOUNT = ""


def mount_of(raw_path: str, mount: str) -> str:
    """The part of a path that is ours: the mount, and the account that may follow it."""
    found = _ACCOUNT.match(raw_path, len(mount))
    return raw_path[: found.end()] if found else mount


def environment_of(call: Call, request: Request, environment_id: UUID | None) -> UUID:
    """The environment that an unsigned call is for; raises MissingAuthorization, and for all services but S3."""
    if call.service != "s3":
        raise MissingAuthorization
    if environment_id is not None:
        return environment_id
    found = _ACCOUNT.search(request.mount)
    try:
        return worlds.environment_of(found[1] if found else _NO_ACCOUNT)
    except worlds.UnknownAccount as error:
        raise MissingAuthorization from error


def principal_of(call: Call) -> Principal:
    """Nobody, where S3 is called; raises MissingAuthorization elsewhere."""
    if call.service != "s3":
        raise MissingAuthorization
    return anonymous()
