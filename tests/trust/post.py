"""A post office for tests of accidents: the mail server of the processes we start, a bell of our own, a real worker."""

import os
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.db.models import F

from config.valkey import Valkey
from core.models import Message, MessageState
from core.outbox import LEASE, enqueue
from tests.core.test_outbox import draft
from tests.kit.smtp import smtp_server
from tests.trust.importers import our_database


AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def mailbox(settings):
    with smtp_server(settings) as mailbox:
        yield mailbox


def post_office() -> dict[str, str]:
    """Where the processes we start send their mail."""
    return {"EMAIL_HOST": django_settings.EMAIL_HOST, "EMAIL_PORT": str(django_settings.EMAIL_PORT)}


def write(count: int) -> None:
    with transaction.atomic():
        enqueue(*(draft(f"famille{rank}") for rank in range(count)))


def run_out_the_leases() -> None:
    Message.objects.update(leased_until=F("leased_until") - LEASE)


def states() -> Counter:
    return Counter(Message.objects.values_list("state", flat=True))


@pytest.fixture
def bell(tmp_path):
    """A Valkey of this test alone: it will be emptied."""
    server = Valkey(tmp_path / "valkey")
    server.start()
    yield server
    server.stop()


def come_back(server: Valkey) -> None:
    """At the same door, with nothing in memory."""
    subprocess.run(
        [server._program(), "valkey.conf"], cwd=server.folder, check=True, stdout=subprocess.DEVNULL
    )
    assert server._wait()


@pytest.fixture
def worker(mailbox, bell):
    """A real Celery worker on the test's database."""
    with running_worker(bell) as process:
        yield process


@contextmanager
def running_worker(bell, queues: str = "celery", **environment: str):
    """One process, that hears these queues only."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "celery", "-A", "config", "worker"),
            *("-c", "1", "-l", "ERROR", "--without-mingle", "-Q", queues),
        ],
        cwd=django_settings.BASE_DIR,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": our_database(),
            "REDIS_URL": bell.url(),
        }
        | post_office()
        | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(is_so, *, seconds: float) -> None:
    """Or until that time is over: the assertion comes after."""
    limit = monotonic() + seconds
    while monotonic() < limit and not is_so():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05)")


def wait_until_sent(count: int, *, seconds: float) -> None:
    wait_until(lambda: Message.objects.filter(state=MessageState.SENT).count() >= count, seconds=seconds)
