"""Sixty thousand letters wait for a server that was dead for six hours: it is not drowned on its return (trust 51)."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from core.mail_urls import read_mail_url
from core.models import Message, MessageState
from core.outbox import BACKOFF, SERVER_PAUSE, deliver_due, enqueue
from core.outbox.delivering import ring_while_due
from tests.core.test_outbox import draft
from tests.kit.smtp import free_port, smtp_server


AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
DEAD_FOR = timedelta(hours=6)
MINUTE, TICK = timedelta(minutes=1), timedelta(milliseconds=250)
LETTERS = 60_000
RATE, BURST = 4000, 1200  # a second; at once

WRITE = """
INSERT INTO core_message (public_id, kind, channel, version, is_urgent, business_key, about, to_address, subject, body,
    message_id, state, due_at, attempts_count, last_error, answer, provider_id, lot, created_at)
SELECT gen_random_uuid(), 'test', 'email', 1, false, n, 'thing:1', 'famille' || n || '@example.org', 'Un objet',
    'Bonjour', '<' || n || '@example.org>', 'queued', %s, 0, '', '', '', '', %s FROM generate_series(1, %s) AS n
"""


@pytest.fixture
def rated(settings):
    settings.EMAIL_RATE = read_mail_url(f"smtp://mail.example.org?rate={RATE}&burst={BURST}").rate


def write(count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [AT, AT, count])


def knocks_while_dead(settings) -> int:
    """The sweep rings each minute for six hours; how many times it knocked at the door."""
    settings.EMAIL_BACKEND = "core.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    sweeps = range(int(DEAD_FOR / MINUTE))
    return sum(deliver_due(at=AT + minute * MINUTE)["retried"] > 0 for minute in sweeps)


def two_workers(at: datetime) -> None:
    """At the same instant, on connections of their own."""

    def work() -> None:
        deliver_due(at=at)
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


@pytest.mark.trust(51)
@pytest.mark.django_db(transaction=True)
def test_sixty_thousand_letters_never_leave_faster_than_the_rate(settings, rated):
    write(LETTERS)
    knocks = knocks_while_dead(settings)
    assert 1 < knocks <= 2 * DEAD_FOR / SERVER_PAUSE
    assert not Message.objects.exclude(attempts_count=0).exists()
    settings.EMAIL_BACKEND = "tests.kit.fast_sink.EmailBackend"
    at = AT + DEAD_FOR
    while Message.objects.waiting().exists():
        two_workers(at)
        at += TICK
    left = sorted(Counter(Message.objects.values_list("sent_at", flat=True)).items())
    assert sum(count for _at, count in left) == LETTERS
    for first, (begun, _count) in enumerate(left):
        gone = 0
        for instant, count in left[first:]:
            gone += count
            assert gone <= BURST + RATE * (instant - begun).total_seconds()
    assert at - AT - DEAD_FOR <= timedelta(seconds=LETTERS / RATE) + SERVER_PAUSE  # nor much slower


@pytest.mark.trust(51)
@pytest.mark.django_db
def test_what_failed_together_does_not_come_back_together(settings):
    with smtp_server(settings) as mailbox:
        mailbox.answers |= {f"famille{rank}@example.org": "450 4.2.0 greylisted" for rank in range(1, 101)}
        write(100)
        deliver_due(at=AT)
    due = set(Message.objects.values_list("due_at", flat=True))
    assert len(due) > 90
    assert AT + BACKOFF[0] / 2 <= min(due) < max(due) <= AT + BACKOFF[0]


@pytest.mark.django_db
def test_who_waits_before_a_screen_passes_before_a_mailing(settings, rated):
    settings.EMAIL_BACKEND = "tests.kit.fast_sink.EmailBackend"
    write(BURST + 50)
    enqueue(draft("code", is_urgent=True, due_at=AT))
    deliver_due(at=AT)
    assert Message.objects.get(business_key="code").state == MessageState.SENT
    assert Message.objects.waiting().count() == 51


@pytest.mark.django_db
def test_while_letters_wait_for_their_turn_one_worker_rings_again_not_all(settings, rated):
    settings.EMAIL_BACKEND = "tests.kit.fast_sink.EmailBackend"
    write(BURST + 50)
    deliver_due(at=AT)
    assert [ring_while_due(at=AT) for _worker in range(3)] == [True, False, False]
    later = AT + timedelta(seconds=1)
    deliver_due(at=later)
    assert not ring_while_due(at=later)
