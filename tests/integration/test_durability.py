"""What was acknowledged is there after `kill -9`: every write once, and grading finishes."""

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests import postgresql
from tests.site import RunningSite, processes_of, start_site, wait_for

WRITES = 500
KILLED = ["a web worker", "the web server", "the Celery worker", "a web worker"]
START_SESSIONS = """
import json
from django.conf import settings
from labs.actions import create_guest, start_session
from labs.catalogue import catalogue
from sandbox.environments import learner_credentials
found = []
for _ in range(6):
    session = start_session(learner=create_guest(), lesson=catalogue().lessons[0])
    keys = learner_credentials(session.environment.accounts.get())
    found.append({
        "endpoint_url": f"http://127.0.0.1:{settings.PORT}/aws",
        "access_key_id": keys.access_key_id,
        "secret_access_key": keys.secret_access_key,
    })
print(json.dumps(found))
"""
LOOK = """
import json
from labs.models import LabSession
sessions = LabSession.objects.all()
print(json.dumps([[s.grading.lower(), s.results.exists(), s.grading_fault] for s in sessions]))
"""
Account = dict[str, str]


def client(service: str, account: Account) -> Any:
    """Make a client that never repeats a call by itself: each write is sent once."""
    return boto3.client(
        service,
        endpoint_url=account["endpoint_url"],
        region_name="eu-central-1",
        aws_access_key_id=account["access_key_id"],
        aws_secret_access_key=account["secret_access_key"],
        config=Config(retries={"total_max_attempts": 1}, read_timeout=30, connect_timeout=5),
    )


@dataclass
class Writer:
    """Writes to four services of one account in turn, and remembers what was acknowledged."""

    account: Account
    name: str
    acknowledged: dict[str, list[str]] = field(default_factory=lambda: {"s3": [], "iam": [], "dynamodb": [], "sqs": []})
    interrupted: int = 0

    def __post_init__(self) -> None:
        self.clients = {service: client(service, self.account) for service in self.acknowledged}
        self.queue = ""

    @property
    def count(self) -> int:
        """How many writes were acknowledged."""
        return sum(map(len, self.acknowledged.values()))

    def make_resources(self) -> None:
        """Make the bucket, the table and the queue of the account."""
        self.clients["s3"].create_bucket(
            Bucket="durable", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        self.clients["dynamodb"].create_table(
            TableName="durable",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        self.clients["sqs"].create_queue(QueueName="durable")

    def write_all(self, count: int) -> None:
        """Write until that many writes were acknowledged."""
        self.queue = self.clients["sqs"].get_queue_url(QueueName="durable")["QueueUrl"]
        services = list(self.acknowledged)
        number = 0
        while self.count < count:
            service = services[number % len(services)]
            self.write(service, f"{service}-{self.name}-{number}")
            number += 1

    def write(self, service: str, name: str) -> None:
        """Send one write; what was interrupted may or may not be there, and is not claimed."""
        try:
            self._send(service, name)
        except (BotoCoreError, ClientError) as problem:
            if isinstance(problem, ClientError) and problem.response["ResponseMetadata"]["HTTPStatusCode"] < 500:
                raise
            self.interrupted += 1
            time.sleep(0.05)
        else:
            self.acknowledged[service].append(name)

    def _send(self, service: str, name: str) -> None:
        made = self.clients[service]
        match service:
            case "s3":
                made.put_object(Bucket="durable", Key=name, Body=name.encode() * 10)
            case "iam":
                made.create_user(UserName=name)
            case "dynamodb":
                made.put_item(TableName="durable", Item={"id": {"S": name}})
            case "sqs":
                made.send_message(QueueUrl=self.queue, MessageBody=name)

    def found(self) -> dict[str, Counter[str]]:
        """Read everything back, by name and how often."""
        return {
            "s3": Counter(o["Key"] for o in self._pages("s3", "list_objects_v2", "Contents", Bucket="durable")),
            "iam": Counter(user["UserName"] for user in self._pages("iam", "list_users", "Users")),
            "dynamodb": Counter(
                item["id"]["S"] for item in self._pages("dynamodb", "scan", "Items", TableName="durable")
            ),
            "sqs": Counter(self._messages()),
        }

    def _pages(self, service: str, method: str, key: str, **parameters: str) -> Iterator[dict[str, Any]]:
        for page in self.clients[service].get_paginator(method).paginate(**parameters):
            yield from page.get(key, [])

    def _messages(self) -> Iterator[str]:
        while True:
            answer = self.clients["sqs"].receive_message(
                QueueUrl=self.queue, MaxNumberOfMessages=10, VisibilityTimeout=600, WaitTimeSeconds=0
            )
            if not (messages := answer.get("Messages", [])):
                return
            yield from (message["Body"] for message in messages)


def kill_something(site: RunningSite, what: str) -> None:
    """Kill a web worker, the whole web server, or the Celery worker with its family."""
    processes = processes_of(site.data_dir)
    web = [p for p in processes if "config.serve" in p.command]
    parents = [p for p in web if p.parent == site.process.pid]
    chosen = {
        "a web worker": [random.choice([p for p in web if p not in parents] or web)],
        "the web server": web,
        "the Celery worker": [p for p in processes if "celery" in p.command],
    }[what]
    for process in chosen:
        try:
            os.kill(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def kill_at_intervals(site: RunningSite, writers: list[Writer], stop: threading.Event) -> None:
    """Kill one thing after each fifth of the writes."""
    for number, what in enumerate(KILLED, 1):
        while sum(writer.count for writer in writers) < number * WRITES // (len(KILLED) + 1):
            if stop.wait(0.005):
                return
        kill_something(site, what)


@contextmanager
def database_of_its_own() -> Iterator[dict[str, str]]:
    """Make a PostgreSQL database beside the one the tests were given, else use SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield {}
        return
    parts = urlsplit(url)
    server, name = f"{parts.scheme}://{parts.netloc}", f"durability_{os.getpid()}"
    postgresql.create(server, name)
    try:
        yield {"DATABASE_URL": f"{server}/{name}"}
    finally:
        postgresql.drop(server, name)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    with database_of_its_own() as environ, start_site(tmp_path_factory.mktemp("durable"), environ) as running:
        yield running


def test_what_was_acknowledged_survives_kill_9_once(site: RunningSite) -> None:
    # Two writers share each account, so that two web processes change the same state at once.
    accounts = site.make_accounts(2)
    writers = [Writer(account, f"{n}{half}") for n, account in enumerate(accounts) for half in "ab"]
    for writer in writers[::2]:
        writer.make_resources()
    stop = threading.Event()
    with ThreadPoolExecutor(max_workers=len(writers) + 1) as pool:
        killer = pool.submit(kill_at_intervals, site, writers, stop)
        futures = [pool.submit(writer.write_all, WRITES // len(writers)) for writer in writers]
        try:
            for future in futures:
                future.result(timeout=150)
        finally:
            stop.set()
        killer.result(timeout=10)
    wait_for(lambda: is_healthy(site), 30, site)

    assert sum(writer.interrupted for writer in writers) > 0
    assert sum(writer.count for writer in writers) >= WRITES
    for pair in zip(writers[::2], writers[1::2], strict=True):
        found = pair[0].found()
        for service in found:
            acknowledged = [name for writer in pair for name in writer.acknowledged[service]]
            lost = [name for name in acknowledged if found[service][name] == 0]
            twice = [name for name, times in found[service].items() if times > 1]
            assert (service, lost, twice) == (service, [], [])


def test_grading_finishes_although_the_worker_is_killed_again_and_again(site: RunningSite) -> None:
    sessions = json.loads(site.manage("shell", "--verbosity=0", "--command", START_SESSIONS))
    for number, session in enumerate(sessions):
        client("s3", session).list_buckets()
        if number % 2 == 0:
            kill_something(site, "the Celery worker")
            time.sleep(0.5)
    wait_for(lambda: gradings(site) == {("idle", True, False)}, 90, site)


def gradings(site: RunningSite) -> set[tuple[str, bool, bool]]:
    """Return the sessions' states: queued or not, whether there are results, whether we failed."""
    return {tuple(state) for state in json.loads(site.manage("shell", "--verbosity=0", "--command", LOOK))}


def is_healthy(site: RunningSite) -> bool:
    try:
        return site.get("/healthz")[0] == 200
    except OSError:
        return False
