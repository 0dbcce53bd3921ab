"""The worker's doors into the imports: idempotent, safe to ring twice or never."""

from celery import shared_task
from django.utils import timezone

from schools.feeds.deliveries import read_due
from schools.nights import playing, ringing


@shared_task
def play_school(night_school_id: int) -> None:
    """Import one school of a night, unless somebody else does or did."""
    if row := playing.claim(night_school_id):
        playing.play_school(row, at=timezone.now())


@shared_task
def sweep_nights() -> None:
    """Ring again for schools nobody took, close a night whose last worker died before closing it."""
    at = timezone.now()
    for campaign_id in ringing.campaigns_under_way():
        playing.close_finished(campaign_id, at=at)
        ringing.ring(campaign_id)


@shared_task
def read_deliveries() -> None:
    """Read the files that came by themselves, until none waits."""
    at = timezone.now()
    read_due(at=at, on=timezone.localdate(at), clock=timezone.now)
