"""Sixty thousand messages to a local server: the outbox against a bare smtplib loop on one connection (issue 4)."""

import os
import smtplib
import subprocess
import sys
from email.message import EmailMessage
from time import perf_counter

import pytest
from django.db import connection

from benchmarks.workers import throwaway_url
from config.smtp_sink import BASE_DIR
from core.models import Message, MessageState


MAILS = int(os.environ.get("BENCH_MAILS", "60000"))
FLOOR = 0.6
BODY = "Bonjour,\n\nLe lycée prête un ordinateur à votre enfant. Lisez la convention, puis signez-la.\n" * 8
WRITE = """
INSERT INTO core_message (public_id, kind, channel, version, is_urgent, business_key, about, to_address, subject, body,
    message_id, state, due_at, attempts_count, last_error, answer, provider_id, created_at)
SELECT gen_random_uuid(), 'bench', 'email', 1, false, n, 'thing:1', 'famille' || n || '@example.org',
    'La convention de prêt à signer', %s, '<' || n || '@example.org>', 'queued', now(), 0, '', '', '', now()
FROM generate_series(1, %s) AS n
"""
WORKER = """
import django
django.setup()
from django.utils import timezone
from core.outbox import deliver_due
deliver_due(at=timezone.now())
"""


@pytest.fixture
def sink():
    """A mail server in a process of its own, that keeps nothing."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.sink"], stdout=subprocess.PIPE, text=True, cwd=BASE_DIR
    )
    yield int(process.stdout.readline())
    process.terminate()
    process.stdout.close()
    process.wait(30)


@pytest.mark.django_db(transaction=True)
def test_the_outbox_against_a_bare_loop(sink):
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [BODY, MAILS])
        cursor.execute("ANALYZE core_message")
    bare = MAILS / _bare_loop(sink)
    ours = MAILS / _deliver(sink)
    print(
        f"\n\n{MAILS} messages: a bare loop {bare:.0f}/s, one worker {ours:.0f}/s:"
        f" {ours / bare:.2f} of it (at least {FLOOR})"
    )
    assert Message.objects.filter(state=MessageState.SENT).count() == MAILS
    assert ours / bare >= FLOOR


def _bare_loop(port: int) -> float:
    """What a script does: one connection, a message built and sent for each address."""
    begun = perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(MAILS):
            message = EmailMessage()
            message["Subject"] = "La convention de prêt à signer"
            message["From"] = "Cartable <ne-pas-repondre@example.org>"
            message["To"] = f"famille{number}@example.org"
            message["Message-ID"] = f"<{number}@example.org>"
            message.set_content(BODY)
            server.send_message(message)
    return perf_counter() - begun


def _deliver(port: int) -> float:
    """One worker, from its first lease to its last commit; its start counts too."""
    environment = os.environ | {
        "DATABASE_URL": throwaway_url(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(port),
    }
    begun = perf_counter()
    subprocess.run([sys.executable, "-c", WORKER], cwd=BASE_DIR, env=environment, check=True)
    return perf_counter() - begun
