"""Codes of errors that AWS does not have: the sandbox says by them that it, and not the caller, is at fault."""

NOT_OFFERED = "NotImplemented"
FAILED = "SandboxFailure"
TOO_LONG = "SandboxTimeout"
AWAY = "ServiceUnavailable"

OURS = frozenset({NOT_OFFERED, FAILED, TOO_LONG, AWAY})
