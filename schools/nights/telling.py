"""A night that is over is told in the morning: once, to each person it concerns, if it did something."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from core.outbox import Draft, enqueue
from schools.enums import NightState
from schools.models import EnrolmentNight, School, SchoolStaff
from schools.nights.notifications import night_of_region, night_of_schools
from schools.nights.region_guard import guard_of
from schools.nights.reporting import Tally, sum_of, tallies_of


def tell_nights(*, on: date, at: datetime) -> dict[str, int]:
    """Write to the schools and to the region of each night that is over and not told yet; returns how many messages."""
    due = EnrolmentNight.objects.filter(state=NightState.DONE, told_at=None, for_date__lte=on)
    return {"written": sum(_tell(pk, at) for pk in due.order_by("for_date").values_list("pk", flat=True))}


@transaction.atomic
def _tell(pk: int, at: datetime) -> int:
    night = EnrolmentNight.objects.select_for_update(of=("self",)).get(pk=pk)
    if night.told_at or not night.is_over:
        return 0
    tallies = {school: tally for school, tally in tallies_of(night).items() if tally.says_something}
    schools = School.objects.in_bulk(tallies)
    drafts = [*_to_schools(night, tallies, schools, at), *_to_region(night, tallies, schools, at)]
    night.told_at = at
    night.save(update_fields=["told_at"])
    return enqueue(*drafts)


def _to_schools(
    night: EnrolmentNight, tallies: dict[int, Tally], schools: dict[int, School], at: datetime
) -> list[Draft]:
    """One message a person, whatever the number of their schools."""
    posts = SchoolStaff.objects.filter(school__in=schools, ended_on=None, user__is_active=True)
    lines: dict[User, list[dict[str, Any]]] = defaultdict(list)
    for post in posts.select_related("user").order_by("user_id", "school__name"):
        lines[post.user].append(_line(night, schools[post.school_id], tallies[post.school_id]))
    return [night_of_schools(night, user, found, at=at) for user, found in lines.items()]


def _to_region(
    night: EnrolmentNight, tallies: dict[int, Tally], schools: dict[int, School], at: datetime
) -> list[Draft]:
    if not tallies:
        return []
    waiting = [_line(night, schools[pk], tally) for pk, tally in tallies.items() if tally.troubles]
    waiting.sort(key=lambda line: line["school"].name)
    sentence = sum_of(tallies.values()).sentence
    guard = guard_of(night)
    officers = User.objects.filter(role=Role.REGION, is_active=True).order_by("pk")
    return [
        night_of_region(night, user, sentence, waiting, guard=guard.sentence if guard else "", at=at)
        for user in officers
    ]


def _line(night: EnrolmentNight, school: School, tally: Tally) -> dict[str, Any]:
    path = reverse("schools:night_of_school", args=[night.public_id, school.uai])
    return {"school": school, "tally": tally, "path": path}
