"""The outbox: written with its cause, sent by whoever leases it, never lost (DESIGN invariant 8)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from core.models import Message, MessageState
from core.outbox import (
    BACKOFF,
    MAX_ATTEMPTS,
    SERVER_PAUSE,
    Draft,
    cancel_waiting,
    deliver_due,
    enqueue,
)
from core.trips import Trip
from tests.kit.smtp import smtp_server


AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(settings):
    with smtp_server(settings) as mailbox:
        yield mailbox


def draft(key: str, **fields) -> Draft:
    values = {"kind": "test", "key": key, "about": "thing:1", "to": f"{key}@example.org", "due_at": AT}
    return Draft(**values | {"subject": "Un objet", "body": "Un texte accentué\n"} | fields)


def test_a_message_arrives_with_its_fixed_message_id(mailbox):
    enqueue(draft("a"))
    assert deliver_due(at=AT)["sent"] == 1
    message = Message.objects.get()
    assert (message.state, message.sent_at) == (MessageState.SENT, AT)
    assert mailbox.message_ids == [message.message_id]
    assert mailbox.messages[0].get_content().splitlines() == ["Un texte accentué"]


def test_the_same_business_key_is_one_message(mailbox):
    enqueue(draft("a"))
    enqueue(draft("a", subject="Un autre objet"))
    assert deliver_due(at=AT)["sent"] == 1
    assert [message["Subject"] for message in mailbox.messages] == ["Un objet"]


def test_a_message_waits_for_its_due_instant(mailbox):
    enqueue(draft("a", due_at=AT + timedelta(hours=1)))
    assert deliver_due(at=AT)["sent"] == 0
    assert deliver_due(at=AT + timedelta(hours=1))["sent"] == 1


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_enqueued():
    with pytest.raises(DatabaseError):
        enqueue(draft("a"))
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_act_leaves_no_message():
    class Undone(Exception):
        pass

    with pytest.raises(Undone), transaction.atomic():
        enqueue(draft("a"))
        raise Undone
    assert not Message.objects.exists()


def test_a_refused_address_bounces_and_the_others_leave(mailbox):
    mailbox.answers["a@example.org"] = "550 5.1.1 unknown"
    enqueue(draft("a"), draft("b"))
    assert deliver_due(at=AT) == {"sent": 1, "retried": 0, "bounced": 1, "dead": 0, "parked": 0}
    bounced = Message.objects.problematic().get()
    assert bounced.to_address == "a@example.org"
    assert "550" in bounced.last_error


def test_a_busy_server_is_tried_again_later_then_given_up(mailbox):
    mailbox.answers["a@example.org"] = "451 try later"
    enqueue(draft("a"))
    at = AT
    for pause in BACKOFF[: MAX_ATTEMPTS - 1]:
        assert deliver_due(at=at)["retried"] == 1
        assert deliver_due(at=at)["retried"] == 0
        at += pause
    assert deliver_due(at=at)["dead"] == 1
    assert Message.objects.get().attempts_count == MAX_ATTEMPTS


def test_a_server_that_is_down_for_a_night_loses_nothing(settings):
    settings.EMAIL_BACKEND = "core.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    enqueue(draft("a"))
    at = AT
    for _knock in range(2 * MAX_ATTEMPTS):
        assert deliver_due(at=at)["retried"] == 1
        at += SERVER_PAUSE
    with smtp_server(settings) as mailbox:
        assert deliver_due(at=at)["sent"] == 1
    assert len(mailbox.messages) == 1


def test_cancelled_messages_do_not_leave(mailbox):
    enqueue(draft("a"), draft("b", kind="other"))
    assert cancel_waiting(about="thing:1", kinds=("test",)) == 1
    assert deliver_due(at=AT)["sent"] == 1
    assert mailbox.recipients == ["b@example.org"]


@pytest.mark.parametrize("with_trip", [False, True])
def test_cancelling_one_kind_leaves_the_others(with_trip):
    enqueue(draft("a"), draft("b", kind="other"))
    trip = Trip() if with_trip else None
    assert cancel_waiting(about="thing:1", kinds=("other",), trip=trip) == 1
    assert list(Message.objects.unsent().values_list("kind", flat=True)) == ["test"]


def test_a_hostile_subject_stays_one_header(mailbox):
    enqueue(draft("a", subject="Bonjour\r\nBcc: victime@example.org"))
    deliver_due(at=AT)
    assert mailbox.messages[0]["Bcc"] is None
    assert mailbox.recipients == ["a@example.org"]
