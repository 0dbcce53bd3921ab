"""Sixty thousand messages to a local server: the outbox against a bare smtplib loop on one connection (issue 4)."""

import os
import smtplib
import subprocess
import sys
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
    message_id, state, due_at, attempts_count, last_error, answer, provider_id, lot, created_at)
SELECT gen_random_uuid(), 'bench', 'email', 1, false, n, 'thing:1', 'famille' || n || '@example.org',
    'La convention de prêt à signer', %s, '<' || n || '@example.org>', 'queued', now(), 0, '', '', '', '', now()
FROM generate_series(%s, %s) AS n
"""
WORKER = """
import sys, django
django.setup()
from django.utils import timezone
from core.outbox import deliver_due
print("ready", flush=True)
sys.stdin.readline()
deliver_due(at=timezone.now())
"""
LETTER = (
    "Content-Type: text/plain; charset=utf-8\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n"
    "Subject: A convention to sign\r\nFrom: ne-pas-repondre@example.org\r\nTo: {to}\r\n"
    "Message-ID: <{number}@example.org>\r\n\r\n{body}"
)


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
    share = MAILS // 3
    bare = share / _bare_loop(sink, share)
    one = share / _deliver(sink, share, workers=1)
    two = (MAILS - share) / _deliver(sink, MAILS - share, workers=2)
    print(
        f"\n\n{MAILS} messages: a bare loop {bare:.0f}/s; the outbox {one:.0f}/s with one process ({one / bare:.2f} of"
        f" the loop), {two:.0f}/s with the worker's two ({two / bare:.2f}, at least {FLOOR})"
    )
    assert Message.objects.filter(state=MessageState.SENT).count() == MAILS
    assert two / bare >= FLOOR


def _bare_loop(port: int, count: int) -> float:
    """The least a script does: one connection, bytes that cost nothing to make."""
    begun = perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(count):
            to = f"famille{number}@example.org"
            letter = LETTER.format(to=to, number=number, body=BODY).encode()
            server.sendmail("ne-pas-repondre@example.org", [to], letter)
    return perf_counter() - begun


def _deliver(port: int, count: int, *, workers: int) -> float:
    """Processes of the product, already started: from their first lease to their last commit."""
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [BODY, Message.objects.count() + 1, Message.objects.count() + count])
        cursor.execute("ANALYZE core_message")
    environment = os.environ | {
        "DATABASE_URL": throwaway_url(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(port),
    }
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER],
            cwd=BASE_DIR,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _worker in range(workers)
    ]
    for process in processes:
        process.stdout.readline()
    begun = perf_counter()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.wait(600) for process in processes] == [0] * workers
    spent = perf_counter() - begun
    for process in processes:
        process.stdin.close()
        process.stdout.close()
    return spent
