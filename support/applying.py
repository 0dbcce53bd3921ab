"""The changes of the enrolment files, applied: conventions first, then departures and returns."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from core.jobs import run_job
from loans import conventions
from programmes.models import Campaign
from support import departures


HOUR_OF_NIGHT = time(3)  # when a day other than today is played, what it writes is dated from that hour


def apply_changes(*, on: date, now: datetime) -> dict[str, Any]:
    """Act on every change up to that day; figures by campaign and app. Empty when another process does it now."""
    at = now if timezone.localdate(now) == on else timezone.make_aware(datetime.combine(on, HOUR_OF_NIGHT))
    run = run_job("apply_changes", for_date=on, act=lambda: _all(on, at))
    return run.figures if run else {}


def _all(on: date, at: datetime) -> dict[str, Any]:
    return {
        campaign.slug: {
            "conventions": conventions.consume_changes(campaign=campaign, on=on, at=at),
            "returns": departures.consume_changes(campaign=campaign, on=on, at=at),
        }
        for campaign in Campaign.objects.with_rules().filter(opens_on__lte=on)
    }
