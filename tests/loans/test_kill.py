"""A worker really killed while 500 families are written to: each hears once (invariant 8, trust 44)."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.db.models import F

from core.models import Message, MessageState
from core.outbox import LEASE
from loans.models import Convention, SigningLink
from tests.kit.smtp import smtp_server
from tests.kit.waiting import backends, wait_for_the_dead
from tests.loans.crowd import enrol_crowd


COUNT = 500
WORKER = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection
connection.settings_dict["NAME"] = {database!r}
call_command("send_due", on=__import__("datetime").date(2026, 8, 28), json=True)
"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mailbox(settings):
    with smtp_server(settings) as mailbox:
        yield mailbox


def start_worker() -> subprocess.Popen:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_HOST": django_settings.EMAIL_HOST,
        "EMAIL_PORT": str(django_settings.EMAIL_PORT),
    }
    code = WORKER.format(database=connection.settings_dict["NAME"])
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=django_settings.BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
    )


def finish() -> None:
    """The leases of the dead run out, and another worker comes."""
    Message.objects.update(leased_until=F("leased_until") - LEASE)
    assert start_worker().wait(timeout=120) == 0


def assert_each_family_heard_once(mailbox) -> None:
    assert Convention.objects.filter(state="sent").count() == COUNT
    assert SigningLink.objects.count() == Message.objects.count() == COUNT
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SENT}
    by_family = Counter(mailbox.recipients)
    assert len(by_family) == len(set(mailbox.message_ids)) == COUNT
    assert (
        sum(by_family.values()) <= COUNT + 1
    )  # the one being accepted when the worker died, same Message-ID


@pytest.mark.trust(44)
def test_killed_while_the_server_accepts(campaign, mailbox):
    enrol_crowd(campaign, COUNT)
    worker: list[subprocess.Popen] = []

    def accept(recipient: str) -> bool:
        if len(mailbox.messages) == 120 and len(worker) == 1:
            worker[0].send_signal(signal.SIGKILL)
            worker.append(worker[0])
        return True

    mailbox.on_message = accept
    worker.append(start_worker())
    assert worker[0].wait(timeout=60) == -signal.SIGKILL
    assert 0 < len(mailbox.messages) < COUNT
    finish()
    assert_each_family_heard_once(mailbox)


@pytest.mark.trust(44)
def test_killed_while_the_messages_are_written(campaign, mailbox):
    """A batch is one transaction: the dead worker leaves all of it or nothing."""
    enrol_crowd(campaign, COUNT)
    living = backends()
    worker, deadline = start_worker(), time.monotonic() + 60
    while Convention.objects.count() < COUNT and time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.02)")  # issued, not written to yet
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=60)
    wait_for_the_dead(living)  # what it had asked for last may still be committed
    assert Message.objects.count() == SigningLink.objects.count() in (0, COUNT)
    finish()
    assert_each_family_heard_once(mailbox)
