"""How wide the terminal is: there is no tty device to ask."""

from entrypoint_runtime.guard import replace

_columns = 80


def set_columns(columns: int) -> None:
    """Remember the width that the page reported for the next command."""
    global _columns
    _columns = columns


def columns(default_width: int = 80) -> int:
    """Width of the terminal in characters."""
    return _columns


def install() -> None:
    """Tell it to the CLI's tables."""
    import awscli.table

    replace(awscli.table, "determine_terminal_width", columns, signature="(default_width=80)")
