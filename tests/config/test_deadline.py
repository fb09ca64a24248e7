"""What gets stuck is interrupted where that is possible, and ended with its worker where it is not."""

import signal
import subprocess
import sys

SERVER = """
import asyncio, logging
import sandbox.deadline
from config import adapter

logging.disable()
sandbox.deadline.GIVE_UP, adapter.SPINNING = {give_up}, {spinning}

def app(environ, start_response):
    try:
        {spin}
    finally:
        print("left", flush=True)

async def receive():
    return {{"type": "http.request", "body": b"", "more_body": False}}

async def send(message):
    print(message.get("status", message.get("body")), flush=True)

scope = {{"type": "http", "method": "GET", "http_version": "1.1", "raw_path": b"/", "query_string": b"", "headers": []}}
asyncio.run(adapter.serve(app, max_body=1, deadline=60)(scope, receive, send))
print("the next one", flush=True)
"""


def _run(spin: str, *, give_up: float, spinning: float) -> tuple[int, list[str]]:
    script = SERVER.format(spin=spin, give_up=give_up, spinning=spinning)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout.splitlines()


def test_python_that_spins_is_interrupted_and_the_worker_goes_on() -> None:
    code, lines = _run("[None for _ in iter(int, 1) if _]", give_up=0.2, spinning=30)
    assert (code, lines) == (0, ["left", "500", r"b'Something went wrong on the server.\n'", "the next one"])


def test_what_swallows_every_exception_is_interrupted_all_the_same() -> None:
    swallowing = "\n        ".join(
        ["while True:", "    try:", "        len('')", "    except Exception:", "        pass"]
    )
    code, lines = _run(swallowing, give_up=0.2, spinning=30)
    assert (code, lines[0], lines[-1]) == (0, "left", "the next one")


def test_c_code_that_spins_is_ended_with_its_worker() -> None:
    code, lines = _run("sum(range(10**13))", give_up=0.2, spinning=0.6)
    assert (code, lines) == (-signal.SIGPROF, [])
