"""Run the benchmark and print its tables."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path

from tests.bench import decisions, memory
from tests.bench.load import BadAnswer, Measured, measure
from tests.bench.operations import OPERATIONS, Operation, prepare, streams
from tests.bench.report import accounts_table, ratios_table, throughput_table
from tests.bench.targets import Target, nothing, ours, peer
from tests.site import ROOT

CONNECTIONS_PER_ACCOUNT = 2
ONE, SHIPPED = "ours, 1 process", "ours, as shipped"
PEERS = ("moto_server", "ministack")


def say(text: str) -> None:
    """Print to the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def run_target(target: Target, chosen: list[Operation], seconds: float) -> dict[str, Measured]:
    """Measure the operations on one target."""
    prepared = prepare(target.accounts, target.endpoint_url, f"{int(time.time()):x}")
    results = {}
    for operation in chosen:
        requests = streams(operation, target.accounts, target.endpoint_url, prepared, CONNECTIONS_PER_ACCOUNT)
        try:
            results[operation.name] = measure(target.port, requests, warm_up=0.5, seconds=seconds)
        except BadAnswer as problem:
            say(f"{target.name}: {operation.name}: {problem}")
            continue
        found = results[operation.name]
        say(
            f"  {target.name:18}{operation.name:27}{found.per_second:8.0f}/s"
            f"  p50 {found.p50:7.2f}  p99 {found.p99:7.2f} ms"
        )
    return results


def targets(wanted: list[str], folder: Path, scratch: Path) -> dict[str, AbstractContextManager[Target]]:
    """List the targets that were asked for, none started yet."""
    database = {"DATABASE_URL": os.environ["DATABASE_URL"]} if os.environ.get("DATABASE_URL") else {}
    every = {
        ONE: ours(ONE, scratch / "one", {"WEB_WORKERS": "1", **database}),
        SHIPPED: ours(SHIPPED, scratch / "shipped", database),
        **{name: peer(name, folder) for name in PEERS},
    }
    return {name: target for name, target in every.items() if not wanted or any(w in name for w in wanted)}


def creation_times(target: Target, count: int) -> list[float]:
    """Make accounts in a process beside the running site; return milliseconds, sorted."""
    if target.site is None:
        raise ValueError("only of our own site")
    environ = {**target.site.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-m", "tests.bench.creation", str(count)]
    done = subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True, text=True)
    return sorted(float(line) for line in done.stdout.split())


def measure_accounts(target: Target) -> str:
    """Measure what accounts cost, on our site with one process."""
    if target.site is None:
        raise ValueError("only of our own site")
    base = memory.usages(target.site)
    return accounts_table(creation_times(target, 200), memory.per_account(target, 100), base)


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure the gateway.")
    parser.add_argument("--seconds", type=float, default=2.5, help="per operation and target")
    parser.add_argument("--target", action="append", default=[], help="part of a target's name; may be repeated")
    parser.add_argument("--operation", action="append", default=[], help="part of an operation's name")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    return parser.parse_args()


def main() -> int:
    """Measure, print, and fail when an operation could not be measured."""
    chosen = options()
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = chosen.operation or [""]
    operations = [o for o in OPERATIONS if any(word in o.name for word in wanted)]
    say(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    with nothing(folder) as port:
        request = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n" + b"x" * 100
        ceiling = measure(port, [[request]] * 8, warm_up=0.3, seconds=chosen.seconds)
    say(f"load client against an idle server: {ceiling.per_second:.0f}/s, p99 {ceiling.p99:.2f} ms")
    say(decisions.table(chosen.seconds))
    results: dict[str, dict[str, Measured]] = {}
    accounts = ""
    with tempfile.TemporaryDirectory(prefix="entrypoint-bench-") as scratch:
        for name, starting in targets(chosen.target, folder, Path(scratch)).items():
            with starting as target:
                if name == ONE and not chosen.operation:
                    accounts = measure_accounts(target)
                results[name] = run_target(target, operations, chosen.seconds)
    say("\n" + throughput_table([o.name for o in operations], results))
    say("\n" + ratios_table([o.name for o in operations], results, (ONE, SHIPPED), PEERS))
    say("\n" + accounts)
    if chosen.json:
        figures = {name: {o: asdict(m) for o, m in found.items()} for name, found in results.items()}
        chosen.json.write_text(json.dumps({"ceiling": asdict(ceiling), "results": figures}, indent=2))
    return 0 if all(len(found) == len(operations) for found in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
