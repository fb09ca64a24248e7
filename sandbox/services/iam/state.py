"""IAM's state beside moto's: passwords, MFA devices, reports. JSON, so times are kept as text."""

from datetime import UTC, datetime
from typing import Any

from sandbox.services.invocation import Invocation


def native(invocation: Invocation) -> dict[str, Any]:
    """The account's own part; IAM has no regions."""
    return invocation.native(region="", service="iam")


def text(moment_: datetime) -> str:
    """A time as the state keeps it: whole seconds, UTC."""
    return moment_.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(kept: str) -> datetime:
    """A time that the state keeps."""
    return datetime.fromisoformat(kept)
