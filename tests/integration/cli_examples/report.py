"""How the commands end here: what `python -m tests.integration.cli_examples` does.

Without options the chosen ones, of which `--rewrite` notes anew in commands.txt which end well. `--all` runs the first
command of every page, `--choose` draws three hundred of those that the sandbox offers.
"""

import argparse
import hashlib
import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import botocore.session
from django.conf import settings
from django.core.management import call_command

from sandbox import emulator
from sandbox.services import NATIVE

from . import outcomes
from .ours import open_place
from .outcomes import Outcome, listed, named, outcome, pages
from .pages import Example, read_page

COMMANDS = Path(__file__).parent / "commands.txt"
HEAD = """\
# The documented commands that are tried: `+` ends as at AWS, `-` does not (yet). Of the pages whose command the CLI can
# send and whose operation the sandbox offers, so many of each service as stand in report.py, in the order of the hashes
# of their names: nobody chose what works. `python -m tests.integration.cli_examples --rewrite` notes the marks anew.
"""
# How many of a service's pages: what the exam asks about most has more.
SHARES = {
    "iam": 50,
    "sts": 5,
    "s3api": 42,
    "ec2": 48,
    "dynamodb": 25,
    "sqs": 18,
    "sns": 20,
    "lambda": 28,
    "kms": 25,
    "secretsmanager": 15,
    "ssm": 14,
    "cloudformation": 10,
}
NOT_OFFERED = "NotImplemented"


def main() -> None:
    """Run what was asked for, print what does not end well, and the figures of each service."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rewrite", action="store_true")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--choose", action="store_true")
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    settings.SANDBOX_LISTENERS = []
    logging.disable(logging.ERROR)
    everything = asked.all or asked.choose
    names = _names_of_pages() if everything else list(listed())
    ended = run(names, lambda name: outcome(named(name), open_place()))
    if everything:
        ended = [one for one in ended if one.sent and one.error != NOT_OFFERED]
    _print_figures(ended)
    if asked.choose:
        ended = _chosen(ended)
    if asked.choose or asked.rewrite:
        COMMANDS.write_text(HEAD + "".join(f"{'+' if one.good else '-'} {one.name}\n" for one in ended))


def _names_of_pages() -> list[str]:
    examples = (read_page(page) for page in pages())
    return [example.name for example in examples if example is not None and _is_offered(example)]


@cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


def _is_offered(example: Example) -> bool:
    service = {"s3api": "s3"}.get(example.service, example.service)
    models = _session().get_service_model(service)
    found = [name for name in models.operation_names if botocore.xform_name(name, "-") == example.operation]
    return any(
        (service, name) in NATIVE or (emulator.emulates(service, name) and (service, name) not in emulator.REFUSED)
        for name in found
    )


def run(names: Iterable[str], one: Callable[[str], Outcome]) -> list[Outcome]:
    """Run commands, telling each that does not end well."""
    ended = []
    for name in names:
        ended.append(one(name))
        if not ended[-1].good:
            sys.stdout.write(f"{name}: {' '.join(ended[-1].told.split())}\n")
            sys.stdout.flush()
    return ended


def _print_figures(ended: list[Outcome]) -> None:
    of, good = Counter(one.name.split(" ")[0] for one in ended), Counter(o.name.split(" ")[0] for o in ended if o.good)
    for service in [name for name in outcomes.SERVICES if of[name]]:
        sys.stdout.write(f"{service:16}{good[service]:5} of {of[service]:4}\n")
    sys.stdout.write(f"{'together':16}{good.total():5} of {of.total():4}\n")


def _chosen(ended: list[Outcome]) -> list[Outcome]:
    drawn = []
    for service, share in SHARES.items():
        offered = [one for one in ended if one.name.split(" ")[0] == service]
        by_hash = sorted(offered, key=lambda one: hashlib.sha256(one.name.encode()).hexdigest())
        drawn += sorted(by_hash[:share], key=lambda one: one.name)
    return drawn
