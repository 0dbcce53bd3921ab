"""The changes of the enrolment files, applied: conventions first, then departures and returns."""

from datetime import date, datetime
from typing import Any

from loans import conventions
from programmes.models import Campaign
from support import departures


def apply_changes(*, on: date, at: datetime) -> dict[str, Any]:
    """Act on every change up to that day; figures by campaign and app. Run again, nothing more happens."""
    return {
        campaign.slug: {
            "conventions": conventions.consume_changes(campaign=campaign, on=on, at=at),
            "returns": departures.consume_changes(campaign=campaign, on=on, at=at),
        }
        for campaign in Campaign.objects.with_rules().filter(opens_on__lte=on)
    }
