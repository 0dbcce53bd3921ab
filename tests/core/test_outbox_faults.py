"""The outbox when something breaks: nothing lost, nothing sent twice by the living (invariant 8, trust 44-50)."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from core.models import Message, MessageState
from core.outbox import LEASE, cancel_waiting, deliver_due, enqueue, lease_batch, send_batch
from core.tokens import hidden
from tests.core.test_outbox import AT, draft
from tests.kit.smtp import smtp_server


pytestmark = pytest.mark.django_db
WORKER = """
import django
from django.db import connection
django.setup()
connection.settings_dict["NAME"] = {database!r}
from datetime import datetime
from core.outbox import deliver_due
deliver_due(at=datetime.fromisoformat({at!r}))
"""


@pytest.fixture(params=[True, False], ids=["commands in a row", "one by one"])
def mailbox(settings, request):
    with smtp_server(settings) as mailbox:
        mailbox.takes_rows = request.param
        yield mailbox


def run_out_the_leases() -> None:
    Message.objects.update(leased_until=F("leased_until") - LEASE)


def states() -> dict[str, str]:
    return dict(Message.objects.values_list("business_key", "state"))


def test_a_lease_left_by_a_dead_worker_is_taken_over(mailbox):
    enqueue(draft("a"))
    assert len(lease_batch(at=AT)) == 1
    assert deliver_due(at=AT)["sent"] == 0
    run_out_the_leases()
    assert deliver_due(at=AT)["sent"] == 1


def test_a_lease_runs_by_the_real_clock_whatever_day_is_played(mailbox):
    """A worker that plays the past, or began an hour ago, is not robbed by one that looks at its watch."""
    enqueue(draft("a"))
    assert len(lease_batch(at=AT)) == 1
    assert lease_batch(at=AT + timedelta(days=400)) == []


def test_a_worker_that_lost_its_lease_does_not_send(mailbox):
    enqueue(draft("a"), draft("b"))
    slow = lease_batch(at=AT)
    run_out_the_leases()
    assert deliver_due(at=AT)["sent"] == 2
    assert list(send_batch(slow, at=AT)) == []
    assert len(mailbox.messages) == 2


def test_what_is_cancelled_in_the_hands_of_a_worker_does_not_leave(mailbox):
    enqueue(draft("a"))
    held = lease_batch(at=AT)
    assert cancel_waiting(about="thing:1") == 1
    assert list(send_batch(held, at=AT)) == []
    assert states() == {"a": MessageState.CANCELLED}


@pytest.mark.django_db(transaction=True)
def test_what_is_cancelled_while_the_server_hesitates_is_not_tried_again(mailbox):
    def somebody_signs(recipient: str) -> bool:
        signature = threading.Thread(target=_cancel_elsewhere)
        signature.start()
        signature.join(timeout=60)
        return False

    mailbox.on_message = somebody_signs
    with transaction.atomic():
        enqueue(draft("a"))
    deliver_due(at=AT)
    assert states() == {"a": MessageState.CANCELLED}


def _cancel_elsewhere() -> None:
    cancel_waiting(about="thing:1")
    connection.close()


@pytest.mark.parametrize(
    "address", ["", "a@@example.org", "a@example.org\nBcc: b@example.org", "pas d’adresse"]
)
def test_an_address_nobody_can_write_to_bounces_and_stops_nobody(mailbox, address):
    enqueue(draft("a", to=address), draft("b"))
    assert deliver_due(at=AT) == {"sent": 1, "retried": 0, "bounced": 1, "dead": 0, "parked": 0}
    assert mailbox.recipients == ["b@example.org"]


def test_a_message_refused_for_good_after_its_content_bounces(mailbox):
    mailbox.replies["a@example.org"] = "552 5.3.4 too big"
    enqueue(draft("a"), draft("b"))
    assert deliver_due(at=AT) == {"sent": 1, "retried": 0, "bounced": 1, "dead": 0, "parked": 0}


@pytest.mark.trust(50)
def test_a_lost_connection_costs_the_others_nothing(mailbox):
    mailbox.on_message = lambda recipient: recipient != "a@example.org"
    enqueue(*(draft(key) for key in "abcd"))
    assert deliver_due(at=AT)["sent"] == 3
    assert Message.objects.get(state=MessageState.QUEUED).business_key == "a"


def test_how_many_messages_are_new_is_exact():
    assert enqueue(draft("a")) == 1
    assert enqueue(draft("a")) == 0
    assert enqueue(draft("a"), draft("b")) == 1


def test_a_message_whose_key_is_lost_waits_for_a_person_and_the_others_leave(mailbox, settings):
    """An address is not to blame for a server that lost its keys."""
    enqueue(draft("a", body=f"https://cartable.example.org/s/{hidden('secret')}"), draft("b"))
    settings.FILES_KEYS = [b"another key of thirty-two bytes."]
    assert deliver_due(at=AT) == {"sent": 1, "retried": 0, "bounced": 0, "dead": 1, "parked": 0}
    assert "secret" not in Message.objects.stuck().get().last_error
