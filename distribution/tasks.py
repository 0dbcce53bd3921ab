"""The worker's doors into distribution: thin, and safe to ring twice."""

from celery import shared_task
from django.utils import timezone

from core.jobs import run_job
from distribution.gate import check_gates
from distribution.waves import plan_waves


@shared_task
def check_gates_due() -> None:
    """Decide the deliveries whose threshold day has come."""
    at = timezone.now()
    on = timezone.localdate(at)
    run_job("check_gates", for_date=on, act=lambda: check_gates(on=on, at=at))


@shared_task
def plan_waves_due() -> None:
    """Make the parcels of the wave under way."""
    at = timezone.now()
    on = timezone.localdate(at)
    run_job("plan_waves", for_date=on, act=lambda: plan_waves(on=on, at=at))
