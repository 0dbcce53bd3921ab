"""The worker's doors into the imports: idempotent, safe to ring twice or never."""

from celery import shared_task
from django.utils import timezone

from core.jobs import run_job
from core.rings import Bell, ring_all
from programmes.models import Campaign
from schools.batches import sending
from schools.batches.working import work_on
from schools.feeds.deliveries import read_due
from schools.feeds.pulling import pull_feeds
from schools.models import ImportBatch
from schools.nights import playing, ringing
from schools.nights.alerts import check_feeds
from schools.nights.summing import sum_again
from schools.nights.telling import tell_nights


@shared_task
def play_school(night_school_id: int) -> None:
    """Import one school of a night, unless somebody else does or did."""
    if row := playing.claim(night_school_id):
        playing.play_school(row, at=timezone.now())


@shared_task
def sweep_nights() -> None:
    """Ring again for schools nobody took, close a night whose last worker died, add what came since to its summary."""
    at = timezone.now()
    for campaign_id in ringing.campaigns_under_way():
        playing.close_finished(campaign_id, at=at)
        ringing.ring(campaign_id)
    sum_again(on=timezone.localdate(at))


@shared_task
def read_deliveries() -> None:
    """Read the files that came by themselves, until none waits."""
    at = timezone.now()
    read_due(at=at, on=timezone.localdate(at), clock=timezone.now)


@shared_task
def work_on_batch(batch_id: int) -> None:
    """Read or apply the files somebody sent, unless another worker does."""
    at = timezone.now()
    work_on(batch_id, at=at, on=timezone.localdate(at))


@shared_task
def take_up_batches() -> None:
    """Go on with the files that a dead worker or a silent broker left."""
    waiting = ImportBatch.objects.to_work_on().values_list("pk", flat=True)
    ring_all(Bell(sending.TASK, (batch_id,)) for batch_id in waiting)


@shared_task
def tell_the_morning() -> None:
    """What the night did, to those it concerns; and who sent nothing, to the region."""
    at = timezone.now()
    on = timezone.localdate(at)
    run_job("tell_nights", for_date=on, act=lambda: tell_nights(on=on, at=at))
    run_job("check_feeds", for_date=on, act=lambda: check_feeds(on=on, at=at))


@shared_task
def pull_feeds_due() -> None:
    """Ask the services for the schools still due today, then read what came."""
    at = timezone.now()
    on = timezone.localdate(at)
    campaign = Campaign.objects.current(on)
    if campaign is not None:
        pull_feeds(campaign=campaign, on=on, clock=timezone.now)
        read_due(at=at, on=on, clock=timezone.now)
