"""How much memory processes take, and how much a loaded account adds (Linux)."""

import selectors
from dataclasses import dataclass
from pathlib import Path

from tests.bench.load import Connection, measure
from tests.bench.signing import Account, client, signed
from tests.bench.targets import Target
from tests.site import RunningSite, processes_of

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Usage:
    """Memory of one process in MiB: all its pages, and its share of them when others use them too."""

    name: str
    resident: float
    proportional: float


def usage_of(pid: int, name: str) -> Usage:
    """Read one process's memory."""
    fields = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        key, value = line.split(":")
        fields[key] = int(value.split()[0]) / 1024
    return Usage(name, fields["Rss"], fields["Pss"])


def usages(site: RunningSite) -> list[Usage]:
    """Read the memory of all of a site's processes."""
    return [usage_of(process.pid, short_name(process.command)) for process in processes_of(site.data_dir)]


def short_name(command: str) -> str:
    """Name a process for the table."""
    for word, name in {"config.serve": "web", "celery": "worker", "redis": "redis"}.items():
        if word in command:
            return name
    return "supervisor"


def per_account(target: Target, count: int) -> float:
    """Touch that many fresh accounts in a one-process site; return the growth in KiB for each."""
    site = target.site
    if site is None:
        raise ValueError("only of our own site")
    (web,) = web_workers(site)
    accounts = [
        Account(made["account_id"], made["access_key_id"], made["secret_access_key"])
        for made in site.make_accounts(count)
    ]
    requests = [call for account in accounts for call in usual_calls(account, target.endpoint_url)]
    once = [signed(client("sts", accounts[0], target.endpoint_url), "get_caller_identity", {})]
    measure(target.port, [once], warm_up=0, seconds=2)
    before = usage_of(web, "web").resident
    send_each(target.port, requests)
    return (usage_of(web, "web").resident - before) * 1024 / count


def usual_calls(account: Account, endpoint_url: str) -> list[bytes]:
    """Sign the first calls of a learner: who am I, a bucket, an object, a user, a queue."""
    made = {service: client(service, account, endpoint_url) for service in ("sts", "s3", "iam", "sqs")}
    bucket = f"memory-{account.account_id}"
    return [
        signed(made["sts"], "get_caller_identity", {}),
        signed(made["s3"], "create_bucket", {"Bucket": bucket}),
        signed(made["s3"], "put_object", {"Bucket": bucket, "Key": "a", "Body": b"b"}),
        signed(made["iam"], "create_user", {"UserName": "someone"}),
        signed(made["sqs"], "create_queue", {"QueueName": "queue"}),
    ]


def send_each(port: int, requests: list[bytes]) -> None:
    """Send each request once, in order, over one connection."""
    with selectors.DefaultSelector() as selector:
        connection = Connection(port, requests, selector)
        for _ in requests:
            connection.send()
            while not connection.receive():
                pass
        connection.close()


def web_workers(site: RunningSite) -> list[int]:
    """List the web workers' process ids."""
    processes = processes_of(site.data_dir)
    parents = {p.pid for p in processes if "config.serve" in p.command}
    return [p.pid for p in processes if "config.serve" in p.command and p.parent in parents]
