"""A deploy while work is under way: what one version wrote, another finishes, or sets apart until it can (trust 55)."""

import pytest
from django.db import transaction

from config.celery import app
from core.models import Message, MessageState, ParkedTask
from core.outbox import deliver_due, enqueue
from core.outbox.leasing import KNOWN
from core.outbox.writing import TASK
from tests.core.test_outbox import draft
from tests.trust.post import AT, states, wait_until, wait_until_sent, write


def write_as_tomorrow(key: str, **fields) -> None:
    with transaction.atomic():
        enqueue(draft(key))
    Message.objects.filter(business_key=key).update(**fields)


@pytest.mark.trust(55)
@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"version": 2}, {"channel": "pigeon"}])
def test_a_letter_of_a_newer_version_is_set_apart_and_the_others_leave(mailbox, fields):
    write(3)
    write_as_tomorrow("demain", **fields)
    assert deliver_due(at=AT) == {"sent": 3, "retried": 0, "bounced": 0, "dead": 0, "parked": 1}
    parked = Message.objects.stuck().get()
    assert (parked.state, parked.attempts_count, parked.given_up_at) == (MessageState.PARKED, 0, AT)
    assert "demain@example.org" not in mailbox.recipients
    assert deliver_due(at=AT)["parked"] == 0


@pytest.mark.trust(55)
@pytest.mark.django_db
def test_the_first_worker_that_knows_the_new_version_sends_what_was_set_apart(mailbox, monkeypatch):
    write_as_tomorrow("demain", version=2)
    deliver_due(at=AT)
    monkeypatch.setitem(KNOWN, "email", 2)
    assert deliver_due(at=AT)["sent"] == 1
    assert mailbox.recipients == ["demain@example.org"]
    assert not Message.objects.stuck().exists()


@pytest.mark.trust(55)
@pytest.mark.django_db(transaction=True)
def test_a_ring_of_an_unknown_name_is_kept_and_rung_again_by_a_worker_that_knows_it(worker, bell, mailbox):
    """A real worker; the ring of today's name is played meanwhile."""
    write(1)
    with app.connection_for_write(url=bell.url()) as broker:

        def ring(name: str, **arguments) -> None:
            app.send_task(name, connection=broker, **arguments)

        ring("loans.tasks.of_tomorrow", args=[7], kwargs={"gently": True})
        ring(TASK)
        wait_until_sent(1, seconds=60)
        wait_until(ParkedTask.objects.exists, seconds=30)
        assert states() == {MessageState.SENT: 1}
        parked = ParkedTask.objects.get()
        assert (parked.name, parked.arguments) == (
            "loans.tasks.of_tomorrow",
            {"args": [7], "kwargs": {"gently": True}},
        )
        ring("core.tasks.take_up_parked_tasks")
        with transaction.atomic():
            enqueue(draft("demain"))
        ParkedTask.objects.create(
            name=TASK, arguments={"args": [], "kwargs": {}}, parked_at=AT
        )  # now it is known
        ring("core.tasks.take_up_parked_tasks")
        wait_until_sent(2, seconds=30)
    assert states() == {MessageState.SENT: 2}
    wait_until(lambda: ParkedTask.objects.count() == 1, seconds=30)  # it rings, then forgets
    assert ParkedTask.objects.get().name == "loans.tasks.of_tomorrow"
