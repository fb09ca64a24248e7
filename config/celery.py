"""The Celery application: small JSON messages that name rows, no results, nothing lost when a worker dies."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from celery import Celery
from celery.signals import beat_embedded_init, worker_process_init

from config.lifeline import die_with_parent

# Seconds between runs, by task; a name that no app has registered is left out.
PERIODIC = {"labs.tasks.requeue_stale": 10.0, "sandbox.tasks.reap": 3600.0}

app = Celery("entrypoint")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect  # type: ignore[untyped-decorator]  # celery has no types
def plan_periodic_tasks(sender: Celery, **_: Any) -> None:
    """Fill beat's schedule with the periodic tasks that exist."""
    sender.loader.import_default_modules()
    for name, seconds in PERIODIC.items():
        if name in sender.tasks:
            # An entry that waited longer than its period says nothing new.
            sender.add_periodic_task(seconds, sender.tasks[name].s(), name=name, expires=seconds)


@worker_process_init.connect  # type: ignore[untyped-decorator]  # celery has no types
@beat_embedded_init.connect  # type: ignore[untyped-decorator]  # celery has no types
def end_with_the_worker(**_: Any) -> None:
    """Let no child outlive a worker that was killed: it would run tasks twice, unseen."""
    die_with_parent()
