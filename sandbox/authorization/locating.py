"""From the names, ids, ARNs and URLs that callers give to the ARNs that policies name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from urllib.parse import urlsplit

from .parameters import reader
from .questions import Asked
from .rows import Target
from .state import Resource, State
from .templates import account_of, find_kind, kind_of, template


@dataclass(frozen=True, slots=True)
class Located:
    """A resource that a call is on; `found` is None if it does not exist, the kind "" for `*`."""

    arn: str
    account_id: str
    kind: str = ""
    found: Resource | None = None


Form = Callable[[tuple[str, ...], Asked], str]
Locator = Callable[[Asked, State], list[Located]]


def everything(asked: Asked) -> Located:
    """What an action without resource types is on."""
    return Located("*", asked.account_id)


def locator(target: Target) -> Locator:
    """Find a target's resources: none when it is optional and its parameters are not given."""
    readers = [reader(path) for path in target.paths]
    kinds = target.kinds

    def locate(asked: Asked, state: State) -> list[Located]:
        values = [read(asked.parameters) for read in readers]
        if target.optional:
            # An ARN of something else is none of these resources: a function that a log group's filter sends to.
            values[-1:] = [tuple(value for value in last if not _is_other(value, kinds)) for last in values[-1:]]
            if not all(values):
                return []
        if target.via:
            return list(_linked(target, values[0], asked, state))
        if len(values) == 1:
            return [place(kinds, (value,), asked, state) for value in values[0] or ("*",)]
        return [place(kinds, each, asked, state) for each in product(*(value or ("*",) for value in values))]

    return _of_caller(locate) if kinds == ("iam:user",) else _with_streams(locate) if kinds == LOG_GROUP else locate


def _is_other(value: str, kinds: tuple[str, ...]) -> bool:
    return value.startswith("arn:") and kinds[0] not in _NEVER_ARNS and kind_of(value, kinds) is None


LOG_GROUP = ("logs:log-group",)


def _with_streams(locate: Locator) -> Locator:
    """A log group's calls are on its streams, but those that tag it.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
    """

    def locate_streams(asked: Asked, state: State) -> list[Located]:
        found = locate(asked, state)
        if "Tag" in asked.operation:
            return found
        return [replace(each, arn=f"{each.arn.removesuffix(':*')}:log-stream:") for each in found]

    return locate_streams


def _of_caller(locate: Locator) -> Locator:
    """IAM takes the calling user where none is named."""

    def locate_user(asked: Asked, state: State) -> list[Located]:
        found = locate(asked, state)
        if len(found) == 1 and found[0].arn.endswith(":user/*") and ":user/" in asked.caller_arn:
            return [place(("iam:user",), (asked.caller_arn,), asked, state)]
        return found

    return locate_user


def _linked(target: Target, identifiers: tuple[str, ...], asked: Asked, state: State) -> Iterator[Located]:
    """Resources that the named ones refer to; an unknown one when nothing is known of the reference."""
    kind = target.kinds[0]
    for identifier in identifiers or ("*",):
        others = state.linked(target.via, identifier, find_kind(kind))
        yield from (Located(other.arn, other.account_id, kind, other) for other in others)
        if not others:
            yield place(target.kinds, ("*",) * len(template(kind).slots), asked, state)


def place(kinds: tuple[str, ...], values: tuple[str, ...], asked: Asked, state: State) -> Located:
    """The resource of one of the kinds that these values name; its name-only ARN when it does not exist.

    `*` stands for what the call does not tell.
    """
    whole = _whole_arn(kinds, values)
    if whole:
        return _by_arn(kinds, whole, asked, state)
    arn = _filled(kinds[0], values, asked)
    known = [value for value in values if value not in _UNKNOWN]
    for kind in kinds if known and asked.operation not in _MAKING_NAMES else ():
        identifier = known[0] if len(known) == 1 else arn if kind == kinds[0] else _filled(kind, values, asked)
        found = state.find(find_kind(kind), identifier)
        if found is not None:
            return Located(found.arn, found.account_id, kind, found)
    return Located(arn, _holder(kinds[0], values, state) or account_of(arn, asked.account_id), kinds[0])


def _holder(kind: str, values: tuple[str, ...], state: State) -> str:
    """The account that something will be of because what is to hold it is; "" where nothing tells."""
    # An object's ARN names no account: what is not there yet would pass for the caller's own.
    bucket = state.find("s3:bucket", values[0]) if kind == "s3:object" else None
    return bucket.account_id if bucket is not None else ""


_UNKNOWN = ("*", "")
# The name may be another account's already; what is to be made is the caller's.
_MAKING_NAMES = {"CreateBucket"}


def _whole_arn(kinds: tuple[str, ...], values: tuple[str, ...]) -> str:
    """The value that is the resource's own ARN, not that of what it is in."""
    if kinds[0] in _NEVER_ARNS:
        return ""
    if len(values) == 1:
        return values[0] if values[0].startswith("arn:") else ""
    return next((value for value in reversed(values) if value.startswith("arn:") and kind_of(value, kinds)), "")


def _by_arn(kinds: tuple[str, ...], arn: str, asked: Asked, state: State) -> Located:
    kind = kinds[0] if len(kinds) == 1 else kind_of(arn, kinds) or kinds[0]
    found = state.find(find_kind(kind), arn)
    if found is not None:
        return Located(found.arn, found.account_id, kind, found)
    return Located(arn, account_of(arn, asked.account_id), kind)


def _filled(kind: str, values: tuple[str, ...], asked: Asked) -> str:
    own = _FORMS.get(kind)
    if own is not None and (arn := own(values, asked)):
        return arn
    form = template(kind)
    missing = len(form.slots) - len(values)
    plain = kind in _NEVER_ARNS
    names = [_name(value) if value.startswith("arn:") and not plain else value for value in values]
    return form.fill(asked, [*names, *("*",) * missing] if missing > 0 else names)


def _name(arn: str) -> str:
    """The name in the ARN of a containing resource, such as a cluster's."""
    return arn.split(":", 5)[-1].rpartition("/")[2].rpartition(":")[2]


def _queue(values: tuple[str, ...], asked: Asked) -> str:
    """From a queue's URL: its last two parts are account and name. moto takes the name from there whatever it is."""
    if values[0].startswith("arn:") and "/" not in values[0]:
        return values[0]
    *_, account, name = ("", *values[0].rstrip("/").split("/"))
    if not (len(account) == 12 and account.isdigit()):
        account = asked.account_id
    labels = (urlsplit(values[0]).hostname or "").split(".") if "://" in values[0] else []
    region = labels[1] if labels[:1] == ["sqs"] and len(labels) > 2 else asked.region
    return f"arn:{asked.partition}:sqs:{region}:{account}:{name}"


def _function(values: tuple[str, ...], asked: Asked) -> str:
    """From `name`, `name:qualifier`, `account:function:name` with or without a qualifier, or an ARN."""
    name, *qualifier = values
    parts = name.split(":")
    if name.startswith("arn:"):
        arn = name
    elif "function" in parts[:-1]:
        at = parts.index("function")
        arn = f"arn:{asked.partition}:lambda:{asked.region}:{parts[at - 1]}:{':'.join(parts[at:])}"
    else:
        arn = f"arn:{asked.partition}:lambda:{asked.region}:{asked.account_id}:function:{name}"
    return ":".join((arn, *qualifier))


def _below(word: str) -> Form:
    """A part of something that may be named by its ARN: `<ARN><word><rest>`."""

    def form(values: tuple[str, ...], asked: Asked) -> str:
        return f"{values[0]}{word}{values[1]}" if values[0].startswith("arn:") else ""

    return form


def _without(kind: str, *beginnings: str) -> Form:
    """Names that callers may give with a word before them that the ARN's template has already."""

    def form(values: tuple[str, ...], asked: Asked) -> str:
        if values[-1].startswith("arn:"):
            return ""
        last = values[-1]
        for beginning in beginnings:
            last = last.removeprefix(beginning)
        return template(kind).fill(asked, (*values[:-1], *("*",) * (len(template(kind).slots) - len(values)), last))

    return form


def _last_part(kind: str) -> Form:
    """Ids that may have a path before them, such as `/hostedzone/Z1`."""
    return lambda values, asked: template(kind).fill(asked, (values[-1].rpartition("/")[2],))


def _before_colon(kind: str) -> Form:
    """The project in a build's id or ARN, the report group in a report's ARN."""

    def form(values: tuple[str, ...], asked: Asked) -> str:
        name = values[0].rpartition("/")[2] if values[0].startswith("arn:") else values[0]
        return template(kind).fill(asked, (name.partition(":")[0],))

    return form


def _key(values: tuple[str, ...], asked: Asked) -> str:
    """An alias that does not exist leads to no key: the alias is all that there is to name."""
    if values[0].startswith("alias/"):
        return f"arn:{asked.partition}:kms:{asked.region}:{asked.account_id}:{values[0]}"
    return ""


def _parameter(values: tuple[str, ...], asked: Asked) -> str:
    """A parameter's name without its first slash and without a version or label after it."""
    if values[0].startswith("arn:"):
        return ""
    return template("ssm:parameter").fill(asked, (values[0].removeprefix("/").partition(":")[0],))


def _task_definition(values: tuple[str, ...], asked: Asked) -> str:
    """`family:revision` in one."""
    if ":" in values[0] and not values[0].startswith("arn:"):
        return template("ecs:task-definition").fill(asked, tuple(values[0].split(":", 1)))
    return ""


_FORMS: Mapping[str, Form] = {
    "cloudwatch:dashboard": _without("cloudwatch:dashboard", "dashboard/"),
    "codebuild:project": _before_colon("codebuild:project"),
    "codebuild:report-group": _before_colon("codebuild:report-group"),
    "dynamodb:index": _below("/index/"),
    "ecs:task-definition": _task_definition,
    "iam:oidc-provider": _without("iam:oidc-provider", "https://"),
    "kms:alias": _without("kms:alias", "alias/"),
    "kms:key": _key,
    "lambda:function": _function,
    "lambda:function alias": _function,
    "organizations:account": _without("organizations:account"),
    "organizations:organizationalunit": _without("organizations:organizationalunit", "ou-"),
    "organizations:policy": _without("organizations:policy", "p-"),
    "organizations:root": _without("organizations:root", "r-"),
    "route53:change": _last_part("route53:change"),
    "route53:delegationset": _last_part("route53:delegationset"),
    "route53:healthcheck": _last_part("route53:healthcheck"),
    "route53:hostedzone": _last_part("route53:hostedzone"),
    "s3:object": _below("/object/"),
    "sqs:queue": _queue,
    "ssm:parameter": _parameter,
}
# Their names may look like ARNs of others: what is put together is the only truth.
_NEVER_ARNS = frozenset(("s3:object", "sqs:queue", "codebuild:project"))
