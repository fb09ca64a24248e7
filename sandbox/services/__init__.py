"""Operations that the emulator lacks or gets wrong."""

from collections.abc import Callable
from typing import Any

from sandbox.principals import Principal
from sandbox.services import sts

Handler = Callable[[Principal], dict[str, Any]]

NATIVE: dict[tuple[str, str], Handler] = {("sts", "GetCallerIdentity"): sts.get_caller_identity}
