"""Profiles: which roles may be assumed, for how long, and what of a certificate becomes session tags.

https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_CreateProfile.html
https://docs.aws.amazon.com/rolesanywhere/latest/userguide/attribute-mapping.html
"""

from typing import Any

from sandbox.iam.policies import MalformedPolicy, compile_policy
from sandbox.services.invocation import Handler, Invocation
from sandbox.services.rolesanywhere.resources import (
    PROFILES,
    Row,
    add,
    change,
    checked_name,
    delete,
    found,
    invalid,
    page,
    required,
    switches,
    times,
)

FIELDS = ("x509Subject", "x509Issuer", "x509SAN")
DEFAULT_MAPPINGS = {"x509Issuer": ["*"], "x509SAN": ["DNS", "URI", "Name/*"], "x509Subject": ["*"]}
SHORTEST, LONGEST, DEFAULT = 900, 43200, 3600
MOST_ROLES, MOST_POLICIES, LONGEST_ARN, LONGEST_SPECIFIER = 250, 50, 1011, 60


def shown(row: Row) -> Row:
    """A profile as the service tells it."""
    mappings = [
        {"certificateField": field, "mappingRules": [{"specifier": one} for one in specifiers]}
        for field, specifiers in row["mappings"].items()
    ]
    names = ("name", "enabled", "createdBy", "roleArns", "managedPolicyArns", "durationSeconds")
    return {
        "profileId": row["id"],
        "profileArn": row["arn"],
        **{name: row[name] for name in (*names, "requireInstanceProperties", "acceptRoleSessionName")},
        **({"sessionPolicy": row["sessionPolicy"]} if row["sessionPolicy"] else {}),
        "attributeMappings": mappings,
        **times(row, "createdAt", "updatedAt"),
    }


def _answer(row: Row) -> Row:
    return {"profile": shown(row)}


def create_profile(invocation: Invocation) -> Row:
    """Offer roles to who has a certificate; raises AwsError."""
    name, _ = required(invocation, "name", "roleArns")
    members = {
        "createdBy": invocation.principal.arn,
        "sessionPolicy": "",
        "managedPolicyArns": [],
        "durationSeconds": DEFAULT,
        "acceptRoleSessionName": False,
        "requireInstanceProperties": bool(invocation.parameters.get("requireInstanceProperties")),
        "mappings": DEFAULT_MAPPINGS,
        **_given(invocation.parameters),
    }
    return _answer(add(invocation, PROFILES, name, members))


def _given(parameters: dict[str, Any]) -> Row:
    """What a call says of a profile beside its name, checked; raises AwsError."""
    names = ("roleArns", "managedPolicyArns", "sessionPolicy", "durationSeconds", "acceptRoleSessionName")
    given = {name: parameters[name] for name in names if parameters.get(name) is not None}
    for arn in _list(given, "roleArns", MOST_ROLES):
        if len(arn) > LONGEST_ARN or arn.split(":")[2:3] != ["iam"] or not _resource(arn).startswith("role/"):
            raise invalid(f"{arn[:100]} is not the ARN of a role")
    for arn in _list(given, "managedPolicyArns", MOST_POLICIES):
        if not _resource(arn).startswith("policy/"):
            raise invalid(f"{arn[:100]} is not the ARN of a managed policy")
    if not SHORTEST <= given.get("durationSeconds", DEFAULT) <= LONGEST:
        raise invalid(f"durationSeconds is from {SHORTEST} to {LONGEST}")
    if given.get("sessionPolicy"):
        try:
            compile_policy(given["sessionPolicy"])
        except MalformedPolicy as error:
            raise invalid(f"sessionPolicy is malformed: {error}") from error
    return given


def _list(given: Row, name: str, most: int) -> list[str]:
    values: list[str] = given.get(name, [])
    if len(values) > most:
        raise invalid(f"{name} has more than {most} members")
    return values


def _resource(arn: str) -> str:
    parts = arn.split(":", 5)
    return parts[5] if len(parts) == 6 else ""


def get_profile(invocation: Invocation) -> Row:
    """Tell of one profile."""
    return _answer(found(invocation, PROFILES, "profileId"))


def list_profiles(invocation: Invocation) -> Row:
    """Tell of all profiles."""
    return page(invocation, PROFILES, "profiles", shown)


def update_profile(invocation: Invocation) -> Row:
    """Change what a call names of a profile; raises AwsError."""
    row, given = found(invocation, PROFILES, "profileId"), invocation.parameters
    name = checked_name(given["name"]) if given.get("name") is not None else None
    change(invocation, row, {"name": name, **_given(given)})
    return _answer(row)


def delete_profile(invocation: Invocation) -> Row:
    """Take the offer back; sessions that were begun go on."""
    return _answer(delete(invocation, PROFILES, "profileId"))


def put_attribute_mapping(invocation: Invocation) -> Row:
    """Say what of a certificate's field becomes session tags; raises AwsError.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_PutAttributeMapping.html
    """
    row = found(invocation, PROFILES, "profileId")
    rules = required(invocation, "mappingRules")[0]
    specifiers = [rule.get("specifier") or "" for rule in rules]
    if any(not 1 <= len(one) <= LONGEST_SPECIFIER for one in specifiers):
        raise invalid(f"A specifier is of 1 to {LONGEST_SPECIFIER} characters")
    change(invocation, row, {"mappings": row["mappings"] | {_field(invocation): specifiers}})
    return _answer(row)


def delete_attribute_mapping(invocation: Invocation) -> Row:
    """Take mapping rules away, all of a field or those of some specifiers."""
    row, field = found(invocation, PROFILES, "profileId"), _field(invocation)
    gone = invocation.parameters.get("specifiers") or row["mappings"].get(field, [])
    left = [one for one in row["mappings"].get(field, []) if one not in gone]
    others = {name: specifiers for name, specifiers in row["mappings"].items() if name != field}
    change(invocation, row, {"mappings": others | ({field: left} if left else {})})
    return _answer(row)


def _field(invocation: Invocation) -> str:
    field: str = required(invocation, "certificateField")[0]
    if field not in FIELDS:
        raise invalid(f"certificateField is one of {', '.join(FIELDS)}")
    return field


_ENABLE, _DISABLE = switches(PROFILES, "profileId", _answer)
HANDLERS: dict[str, Handler] = {
    "CreateProfile": create_profile,
    "GetProfile": get_profile,
    "ListProfiles": list_profiles,
    "UpdateProfile": update_profile,
    "DeleteProfile": delete_profile,
    "EnableProfile": _ENABLE,
    "DisableProfile": _DISABLE,
    "PutAttributeMapping": put_attribute_mapping,
    "DeleteAttributeMapping": delete_attribute_mapping,
}
