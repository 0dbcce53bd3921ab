"""The morning alert: who should have sent a file and did not, since when. Harmless to repeat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet

from accounts.enums import Role
from accounts.models import User
from core.outbox import enqueue
from programmes.models import Campaign
from schools.enums import ImportState
from schools.models import FeedAlert, School
from schools.nights.notifications import feed_missing


def check_feeds(*, on: date, at: datetime) -> dict[str, Any]:
    """Open and close the alerts of the campaign of the day, and tell the region's officers of new ones.

    Nothing in the summer, when bases are being prepared (`imports.is_silent`). Returns counts: opened, closed, open.
    """
    campaign = Campaign.objects.current(on)
    if campaign is None or campaign.rule_tree.imports.is_silent(on):
        return {}
    with transaction.atomic():
        _alone(campaign)
        late = _late_schools(campaign, on)
        closed = _close(campaign, set(late), on)
        opened = _open(campaign, late, on)
        if opened:
            enqueue(*feed_missing(campaign, opened, readers=_officers(), on=on, at=at))
    return {"opened": len(opened), "closed": closed, "open": open_alerts(campaign).count()}


def open_alerts(campaign: Campaign) -> QuerySet[FeedAlert]:
    """The alerts nobody answered yet, the oldest first."""
    return (
        FeedAlert.objects.filter(campaign=campaign, closed_on=None)
        .select_related("school")
        .order_by("since", "pk")
    )


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert as a page shows it; `days` without a file."""

    alert: FeedAlert
    days: int


def alerts_to_show(campaign: Campaign | None, on: date) -> list[AlertLine]:
    """What the banner says; nothing in the summer."""
    if campaign is None or campaign.rule_tree.imports.is_silent(on):
        return []
    return [AlertLine(alert, (on - alert.since).days) for alert in open_alerts(campaign)]


def _alone(campaign: Campaign) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('schools.alerts'), %s)", [campaign.pk])


def _late_schools(campaign: Campaign, on: date) -> dict[int | None, date]:
    """Since when each late school sent nothing; {None: since} when no school at all did."""
    limit = on - timedelta(days=campaign.rule_tree.imports.expected_every_days)
    came = Max(
        "imports__for_date", filter=Q(imports__campaign=campaign) & ~Q(imports__state=ImportState.REFUSED)
    )
    members = School.objects.members_of(campaign).filter(is_open=True).annotate(last_on=came)
    last = dict(members.values_list("pk", "last_on"))
    expected_from = _first_expected_on(campaign, on)
    since = {school: max(day or expected_from, expected_from) for school, day in last.items()}
    late = {school: day for school, day in since.items() if day <= limit}
    return {None: max(late.values())} if late and len(late) == len(since) else dict(late)


def _first_expected_on(campaign: Campaign, on: date) -> date:
    """The first day a file was due: when the campaign opened, or the summer ended."""
    month, day = map(int, campaign.rule_tree.imports.silence_until.split("-"))
    back = date(on.year if (month, day) <= (on.month, on.day) else on.year - 1, month, day)
    return max(campaign.opens_on, back)


def _close(campaign: Campaign, late: set[int | None], on: date) -> int:
    answered = open_alerts(campaign)
    for_schools = Q(school__isnull=False) & ~Q(school__in=[pk for pk in late if pk])
    for_all = Q(school=None) if None not in late else Q(pk=None)
    return answered.filter(for_schools | for_all).update(closed_on=on)


def _open(campaign: Campaign, late: dict[int | None, date], on: date) -> list[FeedAlert]:
    known = set(open_alerts(campaign).values_list("school", flat=True))
    rows = [
        FeedAlert(campaign=campaign, school_id=school, since=since, opened_on=on)
        for school, since in sorted(late.items(), key=lambda item: (item[1], item[0] or 0))
        if school not in known
    ]
    FeedAlert.objects.bulk_create(rows, batch_size=1000)
    schools = School.objects.in_bulk([row.school_id for row in rows if row.school_id])
    for row in rows:
        row.school = schools.get(row.school_id)
    return rows


def _officers() -> list[User]:
    return list(User.objects.filter(role=Role.REGION, is_active=True).order_by("pk"))
