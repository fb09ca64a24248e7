"""Show that the attacks of `attacks` work on moto as it is shipped: `python -m tests.integration.hostile_on_moto`.

moto is installed with its server into a folder of its own; the table says of each attack what came of it.
"""

import socket
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import targets
from tests.integration import attacks
from tests.integration.attacks import Attack, Ground, Party

# Beyond this a single call has kept the server busy.
SLOW = 2.0


def main(folder: Path) -> None:
    """Run every attack on a server in the folder and print the table."""
    folder.mkdir(parents=True, exist_ok=True)
    marks = Path(tempfile.mkdtemp(dir=folder))
    with targets.peer("moto_server", folder) as target, socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        attacker, victim = (_party(target.endpoint_url, number) for number in ("111111111111", "222222222222"))
        attacks.prepare(attacker, "attacker")
        attacks.prepare(victim, "victim")
        ground = Ground(attacker, victim, listening.getsockname()[1], marks)
        for run in (*attacks.ACROSS, *attacks.ON_SERVER, attacks.open_braces):
            sys.stdout.write(f"{run.__name__:28} {_judged(run, ground, listening)}\n")
            sys.stdout.flush()


def _party(endpoint_url: str, account_id: str) -> Party:
    return Party(account_id, "AKIAIOSFODNN7EXAMPLE", "secret", endpoint_url, {"x-moto-account-id": account_id})


def _judged(run: Attack, ground: Ground, listening: socket.socket) -> str:
    before, began = _state(ground), time.monotonic()
    try:
        result = run(ground)
    except Exception as error:
        result = f"{type(error).__name__}: {error}"[:100]
    seconds = time.monotonic() - began
    effects = [result]
    if _state(ground) != before:
        effects.append("the victim's account was changed")
    if any(ground.folder.iterdir()):
        effects.append("a file was written")
    if _was_called(listening):
        effects.append("the server called out")
    if seconds > SLOW:
        effects.append(f"it took {seconds:.1f} s")
    for mark in ground.folder.iterdir():
        mark.unlink()
    return "; ".join(effects)


def _state(ground: Ground) -> object:
    try:
        return attacks.state(ground.victim)
    except Exception as error:
        return str(error)


def _was_called(listening: socket.socket) -> bool:
    try:
        connection, _ = listening.accept()
    except BlockingIOError:
        return False
    connection.close()
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()))
