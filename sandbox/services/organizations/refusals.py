"""The errors of Organizations; the wording is ours where AWS documents none."""

from sandbox.wire import AwsError


def _error(code: str, message: str, reason: str = "") -> AwsError:
    return AwsError(code, message, 400, {"Reason": reason} if reason else {})


def not_in_use() -> AwsError:
    """The account is in no organization."""
    return _error("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")


def not_permitted() -> AwsError:
    """Something that another account only may do."""
    return _error("AccessDeniedException", "You don't have permissions to access this resource.")


def account_not_found() -> AwsError:
    """No such member."""
    return _error("AccountNotFoundException", "You specified an account that doesn't exist.")


def management_stays() -> AwsError:
    """The management account is asked to go."""
    message = "The management account cannot leave its organization; delete the organization instead."
    return _error("MasterCannotLeaveOrganizationException", message)


def constraint(message: str, reason: str) -> AwsError:
    """A rule of organizations that would be broken."""
    return _error("ConstraintViolationException", message, reason)


def handshake_constraint(message: str, reason: str) -> AwsError:
    """A rule of invitations that would be broken."""
    return _error("HandshakeConstraintViolationException", message, reason)


def duplicate() -> AwsError:
    """An invitation that is open already."""
    return _error("DuplicateHandshakeException", "An invitation of this account or address is open already.")


def handshake_not_found() -> AwsError:
    """No handshake that the account knows of."""
    return _error("HandshakeNotFoundException", "You specified a handshake that doesn't exist.")


def already(state: str) -> AwsError:
    """A handshake that is where it is to go."""
    return _error("HandshakeAlreadyInStateException", f"The handshake is in the state {state} already.")


def no_transition(state: str, wanted: str) -> AwsError:
    """A handshake that is over."""
    return _error("InvalidHandshakeTransitionException", f"A handshake that is {state} cannot become {wanted}.")


def invalid(message: str, reason: str) -> AwsError:
    """A parameter that cannot be."""
    return _error("InvalidInputException", message, reason)
