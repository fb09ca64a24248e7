"""API Gateway: the action is the HTTP method, the resource the path.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html
"""

import re
from collections.abc import Iterable
from functools import cache
from urllib.parse import quote

from sandbox.authorization.locating import Located
from sandbox.authorization.questions import Asked
from sandbox.authorization.state import State
from sandbox.wire import services

from .asking import Question

_LABEL = re.compile(r"\{([^}+]+)\+?\}")


def on_path(asked: Asked, state: State) -> Iterable[Question]:
    """The method on the path's ARN; what has no tags of its own has those of what it is in."""
    action, pieces = _route(asked.operation)
    path = "".join(_filled(name, text, asked) for name, text in pieces)
    stem = f"arn:{asked.partition}:apigateway:{asked.region}::"
    kind, owner = _owner(path)
    found = state.find(kind, f"{stem}{owner}") if kind else None
    yield Question(action, Located(f"{stem}{path}", found.account_id if found else asked.account_id, kind, found))


_KINDS = {
    "apikeys": "apigateway:ApiKey",
    "domainnames": "apigateway:DomainName",
    "restapis": "apigateway:RestApi",
    "usageplans": "apigateway:UsagePlan",
    "vpclinks": "apigateway:VpcLink",
}


def _owner(path: str) -> tuple[str, str]:
    """Kind and path of the tagged resource that a path is of, empty for a collection."""
    parts = path.split("/")
    if len(parts) > 4 and parts[1] == "restapis" and parts[3] == "stages":
        return "apigateway:Stage", "/".join(parts[:5])
    if len(parts) > 2 and parts[1] in _KINDS:
        return _KINDS[parts[1]], "/".join(parts[:3])
    return "", path


def _filled(name: str, text: str, asked: Asked) -> str:
    return quote(str(asked.parameters.get(name, "*")), safe="*:$-_.~") if name else text


@cache
def _route(operation: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The action, and the path as pieces: a parameter's name, or "" and a fixed text."""
    known = services.load("apigateway").operations[operation]
    members = known.input.members if known.input else {}
    labels = {shape.wire_name: name for name, shape in members.items() if shape.location == "uri"}
    parts = _LABEL.split(known.request_uri.partition("?")[0])
    pieces = tuple((labels[part], "") if number % 2 else ("", part) for number, part in enumerate(parts))
    return f"apigateway:{known.method}", pieces
