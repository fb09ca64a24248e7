"""What the terminal in the browser needs to know about a lab session."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings

from labs.models import LabSession
from sandbox.environments import NoAccessKey, learner_credentials
from sandbox.models import Account

FIRST_ACCOUNT = "main"


class NotReady(Exception):
    """The terminal cannot be given what it needs; the message is for the learner."""


def workbench_of(session: LabSession, region: str, *, alias: str = FIRST_ACCOUNT) -> dict[str, Any]:
    """Describe runtime, gateway and credentials; raises NotReady."""
    account = Account.objects.filter(environment=session.environment_id, alias=alias).first()
    if account is None:
        raise NotReady("The environment of this lab is gone. Reset the lab to get a new one.")
    try:
        credentials = learner_credentials(account)
    except NoAccessKey:
        raise NotReady("The learner has no active access key left. Reset the lab to get a new one.") from None
    return {
        "runtime": f"{settings.RUNTIME_URL}{runtime_build()}/",
        "envelope_url": f"{settings.GATEWAY_PATH}/",
        "environment": str(session.environment_id),
        "region": region,
        "prompt_name": "learner",
        "credentials": {
            "access_key_id": credentials.access_key_id,
            "secret_access_key": credentials.secret_access_key,
        },
        "files": {},
    }


def runtime_build() -> str:
    """The id of the browser runtime that was built last; raises NotReady."""
    path = Path(settings.RUNTIME_DIR) / "current.json"
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["build"])
    except (OSError, ValueError, KeyError):
        raise NotReady("The terminal's runtime is not built. Run `make build` on the server.") from None
