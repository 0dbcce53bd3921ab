"""The schedule's doors: thin, safe to ring twice, late or never."""

from celery import shared_task
from django.utils import timezone

from config.nightly import run_day


@shared_task
def play_the_night() -> None:
    """All that is due today but messages to families, who sleep; the outbox empties by itself, minute after minute."""
    at = timezone.now()
    run_day(on=timezone.localdate(at), at=at, deliver=False, without=("send_due",))
