"""What a family waits for does not wait behind a mailing: real workers, each deaf to the queues of the other."""

from datetime import date

import pytest
from django.db import transaction

from config.running import WORKERS
from core.models import Message, MessageState
from core.outbox import deliver_urgent, enqueue, lease_batch
from loans.mailing import send_due_conventions
from loans.models import Signature, SigningLink
from programmes.campaigns import open_campaign
from tests.core.test_outbox import draft
from tests.loans.crowd import enrol_crowd
from tests.trust.importers import our_database, workshop
from tests.trust.post import AT, post_office, running_worker, wait_until


QUEUES = {name: queues for name, queues, _processes in WORKERS}


def sent() -> set[str]:
    return set(Message.objects.filter(state=MessageState.SENT).values_list("kind", flat=True))


@pytest.mark.django_db(transaction=True)
def test_codes_and_signed_copies_leave_while_a_mailing_keeps_every_other_worker_busy(mailbox, bell, tmp_path):
    """As busy as can be: nobody hears the queue of the mailing."""
    campaign = open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 7, 6))
    enrol_crowd(campaign, 3)
    send_due_conventions(campaign=campaign, on=AT.date(), at=AT)
    link = SigningLink.objects.order_by("pk").first()
    running = running_worker(bell, QUEUES["prompt"], CARTABLE_DATA=str(tmp_path))
    with running, workshop(our_database(), **post_office(), REDIS_URL=bell.url()) as shop:
        shop.do("sign", link=link.pk, at=AT.isoformat())
        shop.do("write_messages", keys=["code"], at=AT.isoformat(), is_urgent=True)
        wait_until(lambda: sent() == {"convention_sealed", "test"}, seconds=90)
    assert sent() == {"convention_sealed", "test"}
    assert sorted(mailbox.recipients) == sorted(["code@example.org", link.sent_to])
    assert Message.objects.filter(kind="convention_to_sign", state=MessageState.QUEUED).count() == 2
    assert Signature.objects.get().document is not None


@pytest.mark.django_db
def test_what_is_urgent_is_sent_alone_a_batch_at_a_time(mailbox):
    with transaction.atomic():
        enqueue(draft("letter"), *(draft(f"code{rank}", is_urgent=True) for rank in range(101)))
    assert [deliver_urgent(at=AT) for _ring in range(3)] == [100, 1, 0]
    assert [message.business_key for message in lease_batch(at=AT)] == ["letter"]


def test_every_queue_has_a_worker_on_a_laptop_and_on_a_server(settings):
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} | {"celery"}
    compose = (settings.BASE_DIR / "docker-compose.yml").read_text()
    heard = {queue for queues in QUEUES.values() for queue in queues.split(",")}
    assert heard == routed
    assert all(f'"-Q", "{queues}"' in compose for queues in QUEUES.values())
