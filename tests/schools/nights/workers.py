"""Real Celery workers, of the queue `imports` unless told otherwise, on the suite's own base and broker."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection

from config.celery import app


LEAN = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-P", "solo"]
IMPORTS = "imports"
LIMIT = 60  # seconds


def start_worker(name: str, queue: str = IMPORTS) -> subprocess.Popen:
    """One process; PostgreSQL knows it by its name."""
    server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    url = f"{server}/{connection.settings_dict['NAME']}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": url,
        "PGAPPNAME": name,
    }
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "config",
            "-q",
            "worker",
            *LEAN,
            "-Q",
            queue,
            "-n",
            f"{name}@%h",
        ],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def workers(*names: str, queue: str = IMPORTS):
    """Workers by name, on an empty queue; those still alive at the end are stopped."""
    with app.connection_for_write() as broker:
        broker.default_channel.queue_purge(queue) if _exists(broker, queue) else None
    running = {name: start_worker(name, queue) for name in names}
    try:
        yield running
    finally:
        for process in running.values():
            process.kill()
            process.wait(timeout=LIMIT)


def _exists(broker: Any, queue: str) -> bool:
    return bool(broker.default_channel.client.exists(queue))


def wait_for(question: Callable[[], Any]) -> Any:
    """The first true answer; the base is asked again and again, without a clock of ours."""
    limit = time.monotonic() + LIMIT
    while time.monotonic() < limit:
        if answer := question():
            return answer
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05)")
    raise AssertionError("It did not happen in time.")


def stopped_at_a_lock() -> str:
    """The name of the worker that waits for a school's lock, if one does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity"
            " WHERE wait_event = 'advisory' AND datname = current_database()"
        )
        found = cursor.fetchone()
    return found[0] if found else ""
