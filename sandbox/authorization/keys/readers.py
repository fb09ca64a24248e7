"""Condition keys that are not plain parameters, by the name under which the reference lists them."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping

from sandbox.authorization.locating import Located
from sandbox.authorization.parameters import reader, texts
from sandbox.authorization.questions import Asked
from sandbox.authorization.templates import account_of, template

from . import dynamodb
from .tags import read_tags

Pairs = Iterable[tuple[str, tuple[str, ...]]]
KeyReader = Callable[[Asked, Located], Pairs]


def _encryption_context(asked: Asked, located: Located) -> Iterator[tuple[str, tuple[str, ...]]]:
    context = asked.parameters.get("EncryptionContext")
    if isinstance(context, Mapping) and context:
        for key, value in context.items():
            yield f"kms:encryptioncontext:{str(key).lower()}", (str(value),)
        yield "kms:encryptioncontextkeys", tuple(map(str, context))


def _grant_constraints(asked: Asked, located: Located) -> Pairs:
    given = asked.parameters.get("Constraints") or {}
    return (("kms:grantconstrainttype", tuple(given)),) if given else ()


def _request_alias(asked: Asked, located: Located) -> Pairs:
    """The alias by which a caller names a key, without its account's part."""
    given = str(asked.parameters.get("KeyId") or "")
    name = given.rpartition(":")[2]
    return (("kms:requestalias", (name,)),) if name.startswith("alias/") else ()


def _only_for(operations: frozenset[str], key: str, path: str) -> KeyReader:
    """A parameter that means another thing in other operations."""
    read = reader(path)

    def read_key(asked: Asked, located: Located) -> Pairs:
        values = read(asked.parameters) if asked.operation in operations else ()
        return ((key, values),) if values else ()

    return read_key


_CREATE_KEY = frozenset(("CreateKey",))


def _item_keys(asked: Asked, located: Located) -> Pairs:
    return dynamodb.call_keys(asked.parameters, located.found)


def _given_text(key: str, name: str) -> KeyReader:
    """A text that may be given and empty."""

    def read_key(asked: Asked, located: Located) -> Pairs:
        value = asked.parameters.get(name)
        return ((key, (str(value),)),) if value is not None else ()

    return read_key


def _object_tags(asked: Asked, located: Located) -> Iterator[tuple[str, tuple[str, ...]]]:
    tags = read_tags(asked.parameters.get("Tagging"))
    for key, value in tags.items():
        yield f"s3:requestobjecttag/{key.lower()}", (value,)
    if tags:
        yield "s3:requestobjecttagkeys", tuple(tags)


def _existing_object_tags(asked: Asked, located: Located) -> Iterator[tuple[str, tuple[str, ...]]]:
    if located.kind == "s3:object" and located.found is not None:
        for key, value in located.found.tags.items():
            yield f"s3:existingobjecttag/{key.lower()}", (value,)


def _region(asked: Asked, located: Located) -> Pairs:
    return (("ec2:region", (asked.region,)),)


def _create_action(asked: Asked, located: Located) -> Pairs:
    return (("ec2:createaction", (asked.operation,)),) if asked.operation != "CreateTags" else ()


def _caller_account(asked: Asked, located: Located) -> Pairs:
    return (("kms:calleraccount", (asked.account_id,)),)


def _secret(asked: Asked, located: Located) -> Pairs:
    return (("secretsmanager:secretid", (located.arn,)),) if located.kind else ()


def _arns(key: str, kind: str, path: str) -> KeyReader:
    """A key that holds an ARN, where callers may give the name alone."""
    read = reader(path)

    def read_key(asked: Asked, located: Located) -> Pairs:
        values = tuple(_arn(kind, value, asked) for value in read(asked.parameters))
        return ((key, values),) if values else ()

    return read_key


def _arn(kind: str, value: str, asked: Asked) -> str:
    if value.startswith("arn:"):
        return value
    parts = value.split(":")
    if kind == "lambda:function" and "function" in parts[:-1]:
        at = parts.index("function")
        return f"arn:{asked.partition}:lambda:{asked.region}:{parts[at - 1]}:{':'.join(parts[at:])}"
    slots = len(template(kind).slots)
    return template(kind).fill(asked, (*parts[:slots], *("*",) * (slots - len(parts))))


def _pattern(asked: Asked, located: Located) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Source and detail type that a rule's pattern asks for."""
    try:
        pattern = json.loads(asked.parameters.get("EventPattern") or "{}")
    except (ValueError, RecursionError):
        return
    if isinstance(pattern, Mapping):
        for name in ("source", "detail-type"):
            values = texts(pattern.get(name))
            if values:
                yield f"events:{name}", values


def _record_names(asked: Asked, located: Located) -> Pairs:
    names = reader("ChangeBatch.Changes.ResourceRecordSet.Name")(asked.parameters)
    key = "route53:changeresourcerecordsetsnormalizedrecordnames"
    return ((key, tuple(name.lower().rstrip(".") for name in names)),) if names else ()


def _resource_account(asked: Asked, located: Located) -> Pairs:
    account = account_of(located.arn, "")
    return (("s3:resourceaccount", (account or located.account_id,)),)


def _nothing(asked: Asked, located: Located) -> Pairs:
    """For a key that only the state or the network tells."""
    return ()


READERS: Mapping[str, KeyReader] = {
    "dynamodb:leadingkeys": _item_keys,
    "ec2:createaction": _create_action,
    "ec2:region": _region,
    "ec2:vpc": _arns("ec2:vpc", "ec2:vpc", "VpcId"),
    "ec2:subnet": _arns("ec2:subnet", "ec2:subnet", "SubnetId"),
    "ecs:cluster": _arns("ecs:cluster", "ecs:cluster", "cluster"),
    "ecs:task-definition": _arns("ecs:task-definition", "ecs:task-definition", "taskDefinition"),
    "ecs:service": _nothing,
    "events:source": _pattern,
    "kms:calleraccount": _caller_account,
    "kms:encryptioncontext:": _encryption_context,
    "kms:grantconstrainttype": _grant_constraints,
    "kms:keyorigin": _only_for(_CREATE_KEY, "kms:keyorigin", "Origin"),
    "kms:keyspec": _only_for(_CREATE_KEY, "kms:keyspec", "KeySpec|CustomerMasterKeySpec"),
    "kms:keyusage": _only_for(_CREATE_KEY, "kms:keyusage", "KeyUsage"),
    "kms:requestalias": _request_alias,
    "lambda:functionarn": _arns("lambda:functionarn", "lambda:function", "FunctionName"),
    "route53:changeresourcerecordsetsnormalizedrecordnames": _record_names,
    "s3:delimiter": _given_text("s3:delimiter", "Delimiter"),
    "s3:existingobjecttag/": _existing_object_tags,
    "s3:prefix": _given_text("s3:prefix", "Prefix"),
    "s3:requestobjecttag/": _object_tags,
    "s3:resourceaccount": _resource_account,
    "secretsmanager:secretid": _secret,
}
