"""The schedule's doors: thin, safe to ring twice, late or never."""

from celery import shared_task
from django.utils import timezone

from accounts.stuck_messages import tell_of_stuck_messages
from config.nightly import run_day


BY_DAY = ("send_due", "tell_nights", "check_feeds")  # messages: people sleep
NIGHT = 3 * 3600  # seconds; a region's files, then its PDFs


@shared_task(soft_time_limit=NIGHT - 300, time_limit=NIGHT)
def play_the_night() -> None:
    """All that is due today but messages to people, who sleep; the outbox empties by itself, minute after minute."""
    at = timezone.now()
    run_day(on=timezone.localdate(at), at=at, deliver=False, without=BY_DAY)


@shared_task
def tell_of_messages() -> None:
    """Messages that could not leave are somebody's, within the hour."""
    tell_of_stuck_messages(at=timezone.now())
