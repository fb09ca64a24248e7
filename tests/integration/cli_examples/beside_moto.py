"""`python -m tests.integration.cli_examples.beside_moto`: the same commands on moto_server as it comes from PyPI.

Prints how many end well there and here, and each command that is worse here. The package is fetched from PyPI once.
"""

import sys
import tempfile
import urllib.request
from pathlib import Path

from tests.bench.targets import peer

from . import driver
from .driver import Place
from .outcomes import SERVICES, Outcome, listed, named, outcome


def main() -> None:
    """Run the chosen commands on moto_server and print both columns."""
    known = listed()
    with tempfile.TemporaryDirectory() as folder, peer("moto_server", Path(folder)) as target:
        there = [_outcome(name, target.endpoint_url, Path(folder)) for name in known]
    for one in there:
        if not one.good:
            sys.stdout.write(f"moto: {one.name}: {' '.join(one.told.split())}\n")
    for service in SERVICES:
        ours = [good for name, good in known.items() if name.split(" ")[0] == service]
        theirs = [one.good for one in there if one.name.split(" ")[0] == service]
        sys.stdout.write(f"{service:16} here {sum(ours):4}  moto {sum(theirs):4}  of {len(ours):4}\n")
    sys.stdout.write(f"{'together':16} here {sum(known.values()):4}  moto {sum(o.good for o in there):4}\n")
    worse = [one.name for one in there if one.good and not known[one.name]]
    sys.stdout.write(f"worse here: {', '.join(worse) or 'none'}\n")


def _outcome(name: str, endpoint_url: str, folder: Path) -> Outcome:
    urllib.request.urlopen(urllib.request.Request(f"{endpoint_url}/moto-api/reset", method="POST")).read()
    place = Place("123456789012", "testing", "testing", endpoint_url=endpoint_url)
    # Here a new account has this user, who calls.
    driver.run(["iam", "create-user", "--user-name", "learner"], place, region="us-east-1", folder=folder)
    try:
        return outcome(named(name), place)
    except (
        KeyError,
        ValueError,
        TypeError,
    ) as failed:  # an answer of moto's that the CLI or the preparation cannot read
        return Outcome(name, False, f"{type(failed).__name__}: {failed}")


if __name__ == "__main__":
    main()
