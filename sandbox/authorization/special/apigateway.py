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
    """The method on the path's ARN; existing resources are known by that ARN."""
    action, pieces = _route(asked.operation)
    path = "".join(_filled(name, text, asked) for name, text in pieces)
    arn = f"arn:{asked.partition}:apigateway:{asked.region}::{path}"
    kind = _kind(asked.operation)
    found = state.find(kind, arn)
    yield Question(action, Located(arn, found.account_id if found else asked.account_id, kind, found))


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


@cache
def _kind(operation: str) -> str:
    """The kind of resource at an operation's path, for the state."""
    return "apigateway:RestApi"
