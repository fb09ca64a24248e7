"""Exit codes of the AWS CLI version 2, which tell kinds of failure apart; version 1 answers 255 to all of them.

https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-returncodes.html
"""

import sys
from typing import Any

from entrypoint_runtime.guard import expect_signature

INTERRUPTED = 130
USAGE = 252
CONFIGURATION = 253
SERVICE = 254
OTHER = 255

# What the driver below takes from the CLI's own.
DRIVER_METHODS = {
    "main": "(self, args=None)",
    "_get_command_table": "(self)",
    "_create_parser": "(self, command_table)",
    "_add_aliases": "(self, command_table, parser)",
    "_handle_top_level_args": "(self, args, remaining)",
    "_emit_session_event": "(self, parsed_args)",
}


def exit_code_for(error: BaseException) -> int:
    """The code with which version 2 ends after this error."""
    from awscli.argprocess import ParamError
    from awscli.arguments import UnknownArgumentError
    from botocore import exceptions as problems

    configuration = (
        problems.NoRegionError,
        problems.NoCredentialsError,
        problems.PartialCredentialsError,
        problems.ProfileNotFound,
    )
    # Version 1 raises plain ValueError where version 2 has a ParamValidationError of its own.
    usage = (UnknownArgumentError, ParamError, problems.ParamValidationError, ValueError)
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, problems.ClientError):
        return SERVICE
    if isinstance(error, configuration):
        return CONFIGURATION
    return USAGE if isinstance(error, usage) else OTHER


def message_for(error: BaseException) -> str:
    """What the CLI writes to stderr after this error, worded as version 1 words it."""
    from awscli.argparser import USAGE as USAGE_TEXT
    from awscli.arguments import UnknownArgumentError
    from botocore.exceptions import NoCredentialsError, NoRegionError

    if isinstance(error, KeyboardInterrupt):
        return "\n"
    if isinstance(error, UnknownArgumentError):
        return f"usage: {USAGE_TEXT}\n{error}\n"
    if isinstance(error, NoRegionError):
        return f'{error} You can also configure your region by running "aws configure".\n'
    if isinstance(error, NoCredentialsError):
        return f'{error}. You can configure credentials by running "aws configure".\n'
    return f"\n{error}\n"


def install() -> None:
    """Put a driver in place whose `main` ends with version 2's codes."""
    import awscli.clidriver

    class Driver(awscli.clidriver.CLIDriver):
        def main(self, args: list[str] | None = None) -> int:
            commands = self._get_command_table()
            parser = self._create_parser(commands)
            self._add_aliases(commands, parser)
            parsed, remaining = parser.parse_known_args(args)
            try:
                self._handle_top_level_args(parsed, remaining)
                self._emit_session_event(parsed)
                return commands[parsed.command](remaining, parsed)
            except (Exception, KeyboardInterrupt) as error:
                awscli.clidriver.LOG.debug("Exception caught in main()", exc_info=True)
                sys.stderr.write(message_for(error))
                return exit_code_for(error)

    for name, signature in DRIVER_METHODS.items():
        expect_signature(awscli.clidriver.CLIDriver, name, signature)
    driver: Any = Driver
    awscli.clidriver.CLIDriver = driver
