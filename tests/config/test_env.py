"""Every reader of the environment takes good values and names bad ones."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize(("word", "value"), [("1", True), ("yes", True), ("0", False), ("", False), (" On ", True)])
def test_a_flag_is_a_yes_or_no(word: str, value: bool) -> None:
    assert env.flag("X", environ={"X": word}) is value


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda e: env.flag("X", environ=e), "maybe"),
        (lambda e: env.integer("X", 1, low=1, high=9, environ=e), "10"),
        (lambda e: env.integer("X", 1, low=1, high=9, environ=e), "-1"),
        (lambda e: env.integer("X", 1, low=1, high=9, environ=e), "x"),
        (lambda e: env.folder("X", Path("var"), environ=e), __file__),
        (lambda e: env.database("X", Path("a"), environ=e), "mysql://a/b"),
        (lambda e: env.database("X", Path("a"), environ=e), "postgresql://host"),
        (lambda e: env.redis("X", Path("var"), environ=e), "amqp://host"),
        (lambda e: env.site("X", "http://a", environ=e), "localhost:80"),
        (lambda e: env.site("X", "http://a", environ=e), "http://a/b"),
    ],
)
def test_a_bad_value_names_its_variable(read: Callable[[dict[str, str]], object], value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^X"):
        read({"X": value})


def test_an_unset_number_is_its_default() -> None:
    assert env.integer("X", 7, low=1, high=9, environ={"X": ""}) == 7


def test_words_are_separated_by_commas() -> None:
    assert env.words("X", [], environ={"X": "a, b,,"}) == ["a", "b"]


def test_a_postgresql_url_becomes_settings() -> None:
    settings = env.database("X", Path("a"), environ={"X": "postgresql://me:p%40ss@db:5433/site"})
    assert settings["NAME"] == "site"
    assert (settings["USER"], settings["PASSWORD"], settings["HOST"], settings["PORT"]) == (
        "me",
        "p@ss",
        "db",
        "5433",
    )


def test_without_a_url_the_database_is_the_file_in_the_data_folder() -> None:
    assert env.database("X", Path("/data/x.sqlite3"), environ={})["NAME"] == "/data/x.sqlite3"


def test_the_embedded_redis_listens_in_the_data_folder() -> None:
    assert env.redis("X", Path("/data"), environ={}) == "unix:///data/redis/redis.sock"


def test_a_socket_path_that_is_too_long_for_the_kernel_moves() -> None:
    long = Path("/data") / ("x" * 120)
    socket = env.redis_socket(long)
    assert len(str(socket)) <= env.LONGEST_SOCKET_PATH
    assert socket != env.redis_socket(Path("/other") / ("x" * 120))


@pytest.mark.parametrize(
    ("given", "kombu"),
    [
        ("redis://h:1/2", "redis://h:1/2"),
        ("unix:///a/b.sock", "redis+socket:///a/b.sock?virtual_host=0"),
        ("unix:///a/b.sock?db=3", "redis+socket:///a/b.sock?virtual_host=3"),
    ],
)
def test_celery_gets_the_same_redis(given: str, kombu: str) -> None:
    assert env.kombu_url(given) == kombu
