"""Learners' patterns are compared in a time that grows with the text: as regular expressions some would never end."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import moto.ecr.models as ecr_models
import moto.s3.responses as s3_responses
from moto.ecr.models import ECR_REPOSITORY_ARN_PATTERN
from moto.events.models import EventPattern, EventsBackend
from moto.sqs.models import SQSBackend

from sandbox.emulator.expectation import expect
from sandbox.iam.patterns import Wild, make, matches

_ECRS_OWN = frozenset((ECR_REPOSITORY_ARN_PATTERN,))


def fits(pattern: str, text: str) -> bool:
    """Tell whether a text is one that a pattern with asterisks describes; nothing else in it is special."""
    return _match(list(_asterisks(pattern)), text)


def _match(tokens: list[str | Wild], text: str) -> bool:
    return matches(make(tuple(tokens)), text, {})


def _asterisks(pattern: str) -> Iterator[str | Wild]:
    for number, literal in enumerate(pattern.split("*")):
        if number:
            yield Wild.RUN
        if literal:
            yield literal


def _fits_event(item: Any, pattern: str) -> bool:
    """Compare as EventBridge does, where a backslash makes an asterisk or a backslash itself.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
    """
    return isinstance(item, str) and _match(list(_event_tokens(pattern)), item)


def _event_tokens(pattern: str) -> Iterator[str | Wild]:
    characters = iter(pattern)
    for character in characters:
        if character == "*":
            yield Wild.RUN
        elif character == "\\":
            following = next(characters, "")
            yield following if following in {"*", "\\"} else character + following
        else:
            yield character


def _match_in_ecr(pattern: str, text: str) -> Any:
    return re.match(pattern, text) if pattern in _ECRS_OWN else fits(pattern, text)


def _match_repository(self: Any, pattern: str, repository_name: str) -> bool:
    return pattern in repository_name or fits(pattern, repository_name)


def _fits_origin(origin: str, allowed: list[str]) -> bool:
    return any(fits(pattern, origin) for pattern in allowed)


def _list_rules(original: Any) -> Any:
    def list_rules(self: Any, prefix: str | None = None, **kwargs: Any) -> Any:
        return original(self, prefix=re.escape(prefix) if prefix else prefix, **kwargs)

    return list_rules


def _list_queues(original: Any) -> Any:
    def list_queues(self: Any, queue_name_prefix: str) -> Any:
        return original(self, re.escape(queue_name_prefix) if queue_name_prefix else queue_name_prefix)

    return list_queues


def apply() -> None:
    """Put comparisons of our own where moto compiles what a learner wrote."""
    ecr: Any = ecr_models
    responses: Any = s3_responses
    pattern: Any = EventPattern
    events: Any = EventsBackend
    queues: Any = SQSBackend
    expect(ecr.re is re and hasattr(ecr.ECRBackend, "_match_repository_filter"), "how ECR compares names")
    expect(hasattr(responses, "cors_matches_origin"), "how S3 compares origins")
    expect(hasattr(pattern, "_wildcard_match"), "how EventBridge compares with wildcards")
    ecr.re = SimpleNamespace(match=_match_in_ecr, fullmatch=re.fullmatch, compile=re.compile)
    ecr.ECRBackend._match_repository_filter = _match_repository
    responses.cors_matches_origin = _fits_origin
    pattern._wildcard_match = staticmethod(_fits_event)
    events.list_rules = _list_rules(events.list_rules)
    queues.list_queues = _list_queues(queues.list_queues)
