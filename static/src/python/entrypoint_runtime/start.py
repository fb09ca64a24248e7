"""Put all patches in place, in the one order that works, and load what every command needs."""

import gc
import importlib
import random
import sys

# What most commands import when they first run.
WARM_MODULES = (
    "awscli.bcdoc.textwriter",
    "awscli.customizations.s3.subcommands",
    "awscli.handlers",
    "awscli.table",
    "awscli.text",
    "boto3.s3.transfer",
    "boto3.session",
    "botocore.auth",
    "botocore.signers",
)


def import_urllib3() -> None:
    """Import urllib3 as on Linux: on Emscripten it takes hold of JavaScript objects while it is imported."""
    platform, sys.platform = sys.platform, "linux"
    try:
        import urllib3  # noqa: F401 - imported here for its effect on sys.modules
    finally:
        sys.platform = platform


def check_versions() -> None:
    """boto3 must be the release made with the botocore that awscli brings along."""
    import boto3
    import botocore

    from entrypoint_runtime.guard import expect

    expect(
        boto3.__version__ == botocore.__version__,
        f"boto3 is {boto3.__version__}, awscli's botocore is {botocore.__version__}",
    )


def install() -> None:
    """Patch everything; raises UpstreamChanged when a library is not what a patch was made for."""
    from entrypoint_runtime import sleeping, threads

    sleeping.install()
    threads.install()
    import_urllib3()
    # The import makes top-level `botocore` and `s3transfer` mean the copies inside awscli.
    import awscli  # noqa: F401

    from entrypoint_runtime import exit_codes, help_pages, output_formats, services, terminal, transfers, transport

    transport.install()
    for patch in (transfers, help_pages, terminal, services, output_formats, exit_codes):
        patch.install()
    check_versions()


def warm_up() -> None:
    """Import what commands would import on their first run."""
    import awscli.clidriver

    for name in WARM_MODULES:
        importlib.import_module(name)
    awscli.clidriver.create_clidriver()._get_command_table()
    gc.collect()
    gc.freeze()
    random.seed()
