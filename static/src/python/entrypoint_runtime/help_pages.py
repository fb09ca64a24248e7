"""`aws … help` rendered by docutils alone: there is no groff here and no pager to pipe into."""

import sys

from entrypoint_runtime.guard import expect, replace

# docutils reports flaws of the generated text on stderr; learners can do nothing about them.
NO_REPORTS = 5


def install() -> None:
    """Use the renderer made for Windows, the only one that needs no other program, and write to stdout."""
    import awscli.help

    settings = {**awscli.help.PagingHelpRenderer._DEFAULT_DOCUTILS_SETTINGS_OVERRIDES, "report_level": NO_REPORTS}

    class PlainRenderer(awscli.help.WindowsHelpRenderer):
        _DEFAULT_DOCUTILS_SETTINGS_OVERRIDES = settings

        def _send_output_to_pager(self, output: bytes) -> None:
            sys.stdout.write(output.decode())

    expect(
        hasattr(awscli.help.WindowsHelpRenderer, "_send_output_to_pager"),
        "awscli.help.WindowsHelpRenderer has no _send_output_to_pager",
    )
    replace(awscli.help, "get_renderer", PlainRenderer, signature="()")
