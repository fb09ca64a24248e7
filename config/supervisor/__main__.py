"""`python -m config.supervisor`: check what can be checked at once, then run."""

import os
import sys

from config.supervisor.claims import claim_data_dir, claim_port
from config.supervisor.options import read_options
from config.supervisor.problems import CannotStart, say
from config.supervisor.site import exit_code


def main() -> int:
    """Run one instance until it is told to stop; 0 then, 1 when it cannot start."""
    try:
        options = read_options(os.environ)
        with claim_data_dir(options.data_dir), claim_port(options.host, options.port):
            return exit_code(options)
    except CannotStart as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
