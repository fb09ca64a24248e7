"""Celery: what a click meets when the broker is down, and what beat runs."""

import time
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings
from kombu.exceptions import OperationalError

from config import celery, env


def broken_app(broker_url: str) -> Celery:
    app = Celery("broken", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(broker_url=broker_url, task_always_eager=False)
    return app


@pytest.mark.parametrize("where", ["socket", "port"])
def test_publishing_to_a_dead_broker_ends_soon_with_an_error(tmp_path: Path, where: str) -> None:
    url = env.kombu_url(f"unix://{tmp_path}/none.sock") if where == "socket" else "redis://127.0.0.1:1/0"
    begun = time.monotonic()
    with broken_app(url) as app, pytest.raises(OperationalError):
        app.send_task("labs.tasks.grade", args=[1])
    assert time.monotonic() - begun < 3


def test_every_periodic_task_that_exists_is_planned() -> None:
    celery.app.finalize()
    planned = {entry["task"] for entry in celery.app.conf.beat_schedule.values()}
    assert planned == {name for name in celery.PERIODIC if name in celery.app.tasks}


def test_messages_are_json_and_no_task_outlives_its_message() -> None:
    conf = celery.app.conf
    assert (conf.task_serializer, conf.accept_content) == ("json", ["json"])
    assert conf.task_time_limit < settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost, conf.worker_prefetch_multiplier) == (
        True,
        True,
        1,
    )
