"""Messages about the nights: to each person of a school, to each officer of the region. They name no pupil."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from accounts.models import User
from core.notifications import EmailNotification
from core.outbox import Draft
from programmes.models import Campaign
from schools.models import EnrolmentNight, FeedAlert


LISTED = 30  # schools named in a message; the page has them all


class NightOfSchools(EmailNotification):
    """To those who act for schools: who came, who went, what waits."""

    kind = "night_of_schools"
    template = "schools/emails/night_of_schools"
    is_for_staff = True


class NightOfRegion(EmailNotification):
    """To the region's officers: the sum, and the files that wait for them."""

    kind = "night_of_region"
    template = "schools/emails/night_of_region"
    is_for_staff = True


class FeedMissing(EmailNotification):
    """To the region's officers: these schools, or all of them, sent nothing."""

    kind = "feed_missing"
    template = "schools/emails/feed_missing"
    is_for_staff = True


def night_of_schools(
    night: EnrolmentNight, user: User, lines: list[dict[str, Any]], *, at: datetime
) -> Draft:
    return NightOfSchools().draft(
        key=f"night-of-schools {night.public_id} {user.public_id}",
        about=f"night:{night.public_id}",
        to=user.email,
        due_at=at,
        night=night,
        lines=lines[:LISTED],
    )


def night_of_region(
    night: EnrolmentNight,
    user: User,
    sentence: str,
    waiting: list[dict[str, Any]],
    *,
    guard: str,
    at: datetime,
) -> Draft:
    return NightOfRegion().draft(
        key=f"night-of-region {night.public_id} {user.public_id}",
        about=f"night:{night.public_id}",
        to=user.email,
        due_at=at,
        night=night,
        sentence=sentence,
        guard=guard,
        waiting=waiting[:LISTED],
        more=max(0, len(waiting) - LISTED),
        path=reverse("schools:night", args=[night.public_id]),
    )


def feed_missing(
    campaign: Campaign, alerts: list[FeedAlert], *, readers: Iterable[User], on: date, at: datetime
) -> list[Draft]:
    """One message a person and a day, whatever the number of schools."""
    lines = [{"school": alert.school, "days": (on - alert.since).days} for alert in alerts if alert.school]
    return [
        FeedMissing().draft(
            key=f"feed-missing {campaign.slug} {on:%Y-%m-%d} {user.public_id}",
            about=f"campaign:{campaign.slug}",
            to=user.email,
            due_at=at,
            count=len(lines),
            lines=lines[:LISTED],
            more=max(0, len(lines) - LISTED),
            days=(on - alerts[0].since).days,
            path=reverse("schools:alerts"),
        )
        for user in readers
    ]
