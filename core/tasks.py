"""The worker's doors into core: thin, idempotent, safe to ring twice."""

from celery import shared_task
from django.utils import timezone

from core.outbox import deliver_due


@shared_task
def deliver_messages() -> None:
    """Send what is due in the outbox."""
    deliver_due(at=timezone.now())
