"""moto, made safe and fast enough to stand behind a gateway; nothing else in the project imports moto."""

from sandbox.emulator import _environment

_environment.prepare()

import moto  # noqa: E402  its settings are read at import

from sandbox.emulator import _names  # noqa: E402

_names.prepare()

from sandbox.emulator import patches  # noqa: E402
from sandbox.emulator.coverage import emulates  # noqa: E402
from sandbox.emulator.deliveries import Delivery  # noqa: E402
from sandbox.emulator.dispatch import Answer, EmulatorFailure, environ, run  # noqa: E402
from sandbox.emulator.handlers import NotEmulated  # noqa: E402
from sandbox.emulator.identities import (  # noqa: E402
    AccessKey,
    Role,
    WebProvider,
    add_learner,
    find_access_key,
    find_role,
    find_saml_metadata,
    find_web_provider,
    is_administrator,
    keys_of_user,
    running_instances,
    stored_object_bytes,
)
from sandbox.emulator.services import REFUSED, SERVICES  # noqa: E402
from sandbox.emulator.throttling import TooMuchWork  # noqa: E402
from sandbox.emulator.world import BodyStore, ForeignAccount, Key, World  # noqa: E402

VERSION = f"moto {moto.__version__}"

patches.apply()

__all__ = [
    "REFUSED",
    "SERVICES",
    "VERSION",
    "AccessKey",
    "Answer",
    "BodyStore",
    "Delivery",
    "EmulatorFailure",
    "ForeignAccount",
    "Key",
    "NotEmulated",
    "Role",
    "TooMuchWork",
    "WebProvider",
    "World",
    "add_learner",
    "emulates",
    "environ",
    "find_access_key",
    "find_role",
    "find_saml_metadata",
    "find_web_provider",
    "is_administrator",
    "keys_of_user",
    "run",
    "running_instances",
    "stored_object_bytes",
]
