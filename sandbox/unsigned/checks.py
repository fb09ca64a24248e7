"""What proofs of identity have in common.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.services.sts.answers import check_tag
from sandbox.services.sts.errors import invalid, refusal
from sandbox.wire import AwsError

Parameters = Mapping[str, Any]
Tags = tuple[dict[str, str], tuple[str, ...]]
NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)


def not_authorized(operation: str) -> AwsError:
    """What AWS says to whom it does not know, and when no trust policy lets in who calls."""
    return refusal("AccessDenied", f"Not authorized to perform sts:{operation}")


def account_of_role(parameters: Parameters) -> str:
    """The account of the role that is asked for; raises AwsError."""
    parts = str(parameters.get("RoleArn") or "").split(":", 5)
    if len(parts) < 6 or parts[2] != "iam" or not parts[5].startswith("role/"):
        raise invalid("Request ARN is invalid")
    return parts[4]


def checked_tags(tags: Mapping[str, str], transitive: Sequence[str]) -> Tags:
    """Session tags from a proof, and the keys of the transitive ones; raises AwsError."""
    for key, value in tags.items():
        check_tag(key, value)
    if len({key.lower() for key in tags}) != len(tags):
        raise invalid("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    wanted = {key.lower() for key in transitive}
    return dict(tags), tuple(key for key in tags if key.lower() in wanted)


def checked_source_identity(name: str) -> str:
    """A source identity from a proof, "" for none; raises AwsError."""
    if name and (not NAME.fullmatch(name) or name.startswith("aws:")):
        message = 'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"'
        raise refusal("InvalidIdentityToken", message)
    return name
