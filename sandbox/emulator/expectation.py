"""What a patch expects to find in moto; when it is not there, the process does not start."""


class MotoChanged(RuntimeError):
    """moto is another than the one that the patches were written for."""


def expect(holds: bool, what: str) -> None:
    """Raise MotoChanged unless moto is as the patch expects it."""
    if not holds:
        raise MotoChanged(f"moto has changed: {what} is not as the patch expects")
