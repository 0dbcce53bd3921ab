"""The worker's doors into core: thin, idempotent, safe to ring twice."""

from celery import current_app, shared_task
from django.utils import timezone

from core.outbox import URGENT_TASK, deliver_due
from core.outbox import deliver_urgent as send_urgent
from core.outbox.delivering import ring_while_due
from core.parking import ring_parked
from core.rings import ring
from core.texting import deliver_texts as send_texts


@shared_task
def deliver_messages() -> None:
    """Send what is due in the outbox; when a rate is set, ring again for the rest."""
    deliver_due(at=timezone.now())
    ring_while_due(at=timezone.now())


@shared_task
def deliver_urgent() -> None:
    """Send some of what somebody waits for, and ring again for the rest."""
    if send_urgent(at=timezone.now()):
        ring(URGENT_TASK)


@shared_task
def take_up_parked_tasks() -> None:
    """Ring what an older worker did not know."""
    ring_parked(known=current_app.tasks.keys())


@shared_task
def deliver_texts() -> None:
    """Send the text messages that wait."""
    send_texts(at=timezone.now())
