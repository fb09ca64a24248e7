"""How long making an account takes: `python -m tests.bench.creation COUNT` prints milliseconds."""

import sys
import time

import django


def main(count: int) -> None:
    """Make accounts; print how long each took."""
    django.setup()
    from sandbox.environments import create_environment

    create_environment()
    for _ in range(count):
        begun = time.perf_counter()
        create_environment()
        sys.stdout.write(f"{(time.perf_counter() - begun) * 1000:.3f}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
