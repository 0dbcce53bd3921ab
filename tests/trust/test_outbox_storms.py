"""Messages under fire: workers killed sixty times, a bell that forgets, mail servers that misbehave (trust 42-57)."""

import os
import signal
import socket
from collections import Counter
from email import policy
from email.parser import BytesParser
from random import Random

import pytest
import redis
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.enums import Role
from accounts.stuck_messages import tell_of_stuck_messages
from core.models import Message, MessageState
from core.outbox import MAX_ATTEMPTS, SERVER_PAUSE, deliver_due, enqueue
from tests.core.test_outbox import draft
from tests.kit.smtp import free_port, smtp_server
from tests.schools.factories import UserFactory
from tests.trust.importers import our_database, workshop
from tests.trust.post import (
    AT,
    post_office,
    run_out_the_leases,
    states,
    wait_until_sent,
    write,
)


ROWS, KILLS = 3000, 60
NOBODY = "redis://127.0.0.1:1/0"


@pytest.mark.trust(44)
@pytest.mark.django_db(transaction=True)
def test_sixty_killed_workers_lose_nothing_and_double_at_most_one_letter_each(mailbox):
    """Before the server kept the letter, or after; the doubled ones bear the same Message-ID: most readers show one."""
    write(ROWS)
    random, victims = Random(44), []
    doomed = {"at": 0, "kept": True}

    def kill(is_kept: bool) -> bool:
        if victims and is_kept == doomed["kept"] and len(mailbox.messages) >= doomed["at"]:
            os.kill(victims.pop(), signal.SIGKILL)
            return is_kept
        return True

    mailbox.on_message, mailbox.on_kept = lambda _recipient: kill(False), lambda _recipient: kill(True)
    with workshop(our_database(), **post_office()) as shop:
        for _kill in range(KILLS):
            doomed["at"] = len(mailbox.messages) + random.randrange(1, 2 * ROWS // KILLS - 60)
            doomed["kept"] = _kill % 2 == 0
            order = shop.start("deliver", at=AT.isoformat())
            victims.append(order.pid)
            assert order.wait()["status"] == signal.SIGKILL
            run_out_the_leases()
        while Message.objects.waiting().exists():
            shop.do("deliver", at=AT.isoformat())
    assert states() == {MessageState.SENT: ROWS}
    letters = Counter(mailbox.recipients)
    assert len(letters) == ROWS
    assert sum(letters.values()) - ROWS <= KILLS
    assert max(letters.values()) <= MAX_ATTEMPTS
    assert len(set(mailbox.message_ids)) == ROWS


@pytest.mark.trust(46)
@pytest.mark.django_db(transaction=True)
def test_a_letter_that_kills_whoever_sends_it_is_given_up_told_and_the_hundred_others_leave(mailbox):
    """Really killed, five times."""
    UserFactory(role=Role.REGION, email="region@example.org")
    write(100)
    with transaction.atomic():
        enqueue(draft("killer"))
    victims = []

    def accept(recipient: str) -> bool:
        if recipient == "killer@example.org":
            os.kill(victims[-1], signal.SIGKILL)
            return False
        return True

    mailbox.on_message = accept
    with workshop(our_database(), **post_office()) as shop:
        for _attempt in range(MAX_ATTEMPTS):
            order = shop.start("deliver", at=AT.isoformat())
            victims.append(order.pid)
            assert order.wait()["status"] == signal.SIGKILL
            run_out_the_leases()
        assert shop.do("deliver", at=AT.isoformat())["dead"] == 1
    dead = Message.objects.get(business_key="killer")
    assert (dead.state, dead.attempts_count) == (MessageState.DEAD, MAX_ATTEMPTS)
    assert states() == {MessageState.SENT: 100, MessageState.DEAD: 1}
    assert tell_of_stuck_messages(at=AT) == {"stuck": 1, "messages": 1}


@pytest.mark.trust(45)
@pytest.mark.django_db(transaction=True)
def test_two_workers_rung_for_the_same_letters_send_each_once(mailbox):
    """A broker that loses patience gives the work to a second worker while the first still does it."""
    write(300)
    with workshop(our_database(), **post_office()) as one, workshop(our_database(), **post_office()) as two:
        orders = [shop.start("deliver", at=AT.isoformat()) for shop in (one, two)]
        sent = [order.wait()["said"]["sent"] for order in orders]
    assert sum(sent) == 300
    assert set(Counter(mailbox.recipients).values()) == {1}


@pytest.mark.trust(43, 47)
@pytest.mark.django_db(transaction=True)
def test_without_a_broker_acts_are_as_quick_and_the_next_sweep_does_the_rest(mailbox):
    """The commit went through, the bell did not ring: nothing but time is lost."""
    keys = [f"famille{rank}" for rank in range(20)]
    with workshop(our_database(), **post_office(), REDIS_URL=NOBODY) as shop:
        waited = shop.do("write_messages", keys=keys, at=AT.isoformat())
        assert waited < 2
        assert states() == {MessageState.QUEUED: 20}
        assert shop.do("deliver", at=AT.isoformat())["sent"] == 20
    assert states() == {MessageState.SENT: 20}


@pytest.mark.trust(42)
@pytest.mark.django_db(transaction=True)
def test_a_broker_that_forgets_everything_three_times_loses_nothing(worker, bell, mailbox):
    """500 letters rung for, the bell emptied between; two rings of the sweep and all have left."""
    broker = redis.Redis.from_url(bell.url())
    with workshop(our_database(), **post_office(), REDIS_URL=bell.url()) as shop:
        for batch in range(5):
            keys = [f"famille{batch}.{rank}" for rank in range(100)]
            shop.do("write_messages", keys=keys, at=AT.isoformat())
            if batch in {1, 2, 4}:
                broker.flushall()
        for _sweep in range(2):
            shop.do("ring")
            wait_until_sent(500, seconds=60 if _sweep else 20)
    broker.close()
    assert states() == {MessageState.SENT: 500}
    assert set(Counter(mailbox.recipients).values()) == {1}


@pytest.mark.trust(48)
@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_writes_to_nobody(mailbox):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue(draft("a"))
        raise ZeroDivisionError
    assert not Message.objects.exists()
    assert deliver_due(at=AT)["sent"] == 0
    assert mailbox.messages == []


@pytest.mark.trust(49)
@pytest.mark.django_db
def test_a_letter_kept_by_a_server_that_then_hangs_up_comes_twice_under_one_name(mailbox):
    """Nobody can know: it is sent again, and the row ends sent."""
    hung_up = []
    mailbox.on_kept = lambda recipient: bool(hung_up) or hung_up.append(recipient) is not None
    enqueue(draft("a"))
    assert deliver_due(at=AT)["retried"] == 1
    Message.objects.update(due_at=AT)
    assert deliver_due(at=AT)["sent"] == 1
    assert states() == {MessageState.SENT: 1}
    assert len(mailbox.messages) == 2
    assert len(set(mailbox.message_ids)) == 1


@pytest.mark.trust(50)
@pytest.mark.django_db
@pytest.mark.parametrize("takes_rows", [True, False])
@pytest.mark.parametrize("moment", ["answers", "replies"])
@pytest.mark.parametrize(
    ("reply", "state"),
    [
        ("421 4.3.2 closing", MessageState.QUEUED),
        ("450 4.2.0 greylisted", MessageState.QUEUED),
        ("451 4.3.0 try later", MessageState.QUEUED),
        ("452 4.2.2 mailbox full", MessageState.QUEUED),
        ("550 5.1.1 unknown", MessageState.BOUNCED),
        ("552 5.2.2 too big", MessageState.BOUNCED),
        ("554 5.7.1 refused", MessageState.BOUNCED),
    ],
)
def test_what_a_server_answers_is_waited_for_or_final_and_stops_nobody(
    mailbox, takes_rows, moment, reply, state
):
    mailbox.takes_rows = takes_rows
    getattr(mailbox, moment)["a@example.org"] = reply
    enqueue(draft("a"), draft("b"))
    assert deliver_due(at=AT)["sent"] == 1
    message = Message.objects.get(business_key="a")
    assert message.state == state
    assert (message.due_at > AT) is (state == MessageState.QUEUED)
    assert message.attempts_count == 1
    assert reply[:3] in message.last_error


@pytest.mark.trust(50)
@pytest.mark.django_db
def test_a_letter_always_put_off_is_given_up_after_five_tries(mailbox):
    mailbox.answers["a@example.org"] = "450 4.2.0 greylisted"
    enqueue(draft("a"))
    for _try in range(MAX_ATTEMPTS + 2):
        deliver_due(at=AT)
        Message.objects.update(due_at=AT)
    message = Message.objects.get()
    assert (message.state, message.attempts_count) == (MessageState.DEAD, MAX_ATTEMPTS)


@pytest.mark.trust(50)
@pytest.mark.django_db
@pytest.mark.parametrize("is_silent", [True, False])
def test_a_mail_server_that_is_down_or_says_nothing_costs_no_attempt(settings, is_silent):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 1
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings.EMAIL_PORT = mute.getsockname()[1] if is_silent else free_port()
        enqueue(draft("a"), draft("b"))
        assert deliver_due(at=AT) == {"sent": 0, "retried": 2, "bounced": 0, "dead": 0, "parked": 0}
    found = Message.objects.values_list("state", "attempts_count")
    assert set(found) == {(MessageState.QUEUED, 0)}
    with smtp_server(settings) as mailbox:
        assert deliver_due(at=AT)["sent"] == 0  # left alone for a while
        assert deliver_due(at=AT + SERVER_PAUSE)["sent"] == 2
    assert len(mailbox.messages) == 2


@pytest.mark.trust(57)
@pytest.mark.django_db
@settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(st.sampled_from('ab é\r\n:%0a=?<>\u2028\u0085\t,;"@'), max_size=40))
def test_whatever_is_in_a_subject_a_letter_has_its_own_headers_and_no_other(mailbox, words):
    mailbox.messages.clear()
    with transaction.atomic():
        subject = f"Convention {words}\r\nBcc: ailleurs@example.test"
        enqueue(draft("a", subject=subject))
        counts = deliver_due(at=AT)
        transaction.set_rollback(True)
    assert counts == {"sent": 1, "retried": 0, "bounced": 0, "dead": 0, "parked": 0}
    [letter] = mailbox.messages
    again = BytesParser(policy=policy.default).parsebytes(bytes(letter))
    assert sorted(name.lower() for name in again) == sorted(
        ["auto-submitted", "content-transfer-encoding", "content-type", "date", "from", "message-id", "mime-version",
         "subject", "to"]
    )  # fmt: skip
    assert again["To"] == "a@example.org"
    assert "ailleurs@example.test" in again["Subject"]
