"""The command `aws`."""

import sys

from entrypoint_runtime.exit_codes import USAGE

# argparse's code for a command line that it cannot read.
ARGPARSE_USAGE = 2


def run(arguments: list[str]) -> int:
    """Run the AWS CLI and return its exit code."""
    import awscli.clidriver

    sys.argv = ["aws", *arguments]
    try:
        return awscli.clidriver.create_clidriver().main(arguments) or 0
    except SystemExit as end:
        if end.code == ARGPARSE_USAGE:
            return USAGE
        raise
