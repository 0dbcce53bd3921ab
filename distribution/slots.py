"""The free places of the schedule: days a school can be served, half-days a team is free, and who is big enough."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core.calendars import ONE_DAY
from distribution.enums import LIVE_DELIVERY
from distribution.models import Delivery, HalfDay, Team
from programmes.calendars import can_deliver_on
from programmes.models import Campaign
from schools.models import School


LONGEST_WAIT = timedelta(days=60)  # for second visits, which may come after the main distribution
HALVES = {
    HalfDay.MORNING: {HalfDay.MORNING},
    HalfDay.AFTERNOON: {HalfDay.AFTERNOON},
    HalfDay.DAY: {HalfDay.MORNING, HalfDay.AFTERNOON},
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A day, a half-day and the first team free for it. `fits` is false when even a whole day is short."""

    on: date
    half_day: HalfDay
    team: Team
    fits: bool = True

    @property
    def key(self) -> str:
        """What a form sends back: « 2026-09-21 am 3 »."""
        return f"{self.on.isoformat()} {self.half_day.value} {self.team.pk}"


@transaction.atomic
def form_teams(*, campaign: Campaign) -> list[Team]:
    """The teams that the rules put on the road, made if they are missing, in the order of their numbers."""
    replan = campaign.rule_tree.replan
    Team.objects.bulk_create(
        [
            Team(
                campaign=campaign,
                name=_("Team %(number)d") % {"number": number},
                capacity=max(replan.pupils_per_team_day // 2, 1),
            )
            for number in range(1, replan.teams_count + 1)
        ],
        ignore_conflicts=True,
    )
    return list(campaign.teams.order_by("pk"))


def zone_of(school: School, campaign: Campaign) -> str:
    return school.zone or campaign.programme.zone


def free_slots(
    *,
    campaign: Campaign,
    school: School,
    after: date,
    until: date | None = None,
    pupils: int = 0,
    apart_from: Delivery | None = None,
) -> Iterator[Slot]:
    """Places for this school later than `after`, soonest first, one for each day and half-day.

    Without `until`, to the end of the delivery period. `pupils` decides between a half-day and a whole day; a
    delivery given as `apart_from` does not take its own place. Ends at once when no team exists.
    """
    last_day = until or campaign.last_delivery_on
    teams = list(campaign.teams.order_by("pk"))
    taken = _taken(campaign, after, last_day, apart_from)
    halves, fits = _halves_for(pupils, teams)
    day = max(after + ONE_DAY, campaign.first_delivery_on)
    while teams and day <= last_day:
        if can_deliver_on(campaign, day, zone_of(school, campaign)):
            yield from _slots_of(
                day, halves, [team for team in teams if _serves(team, pupils, halves)], taken, fits
            )
        day += ONE_DAY


def earliest_notice(campaign: Campaign, on: date) -> date:
    """The last day too soon for a new place: the school must be warned, and its gate must still be to come."""
    rules = campaign.rule_tree
    return on + timedelta(days=max(rules.replan.min_notice_days, rules.gate.days_before))


def is_free(team: Team, on: date, half_day: str, *, apart_from: Delivery | None = None) -> bool:
    """Whether nothing else takes this team then."""
    taken = _taken(team.campaign, on - ONE_DAY, on, apart_from)
    return not any((team.pk, on, half) in taken for half in HALVES[HalfDay(half_day)])


def _taken(
    campaign: Campaign, after: date, last_day: date, apart_from: Delivery | None
) -> set[tuple[int, date, HalfDay]]:
    rows = Delivery.objects.filter(
        team__campaign=campaign, state__in=LIVE_DELIVERY, on__gt=after, on__lte=last_day
    ).exclude(pk=apart_from.pk if apart_from else None)
    return {
        (team, on, half)
        for team, on, half_day in rows.values_list("team", "on", "half_day")
        for half in HALVES[HalfDay(half_day)]
    }


def _halves_for(pupils: int, teams: list[Team]) -> tuple[list[HalfDay], bool]:
    """A half-day if one team can do it in one, else a whole day; false when a whole day is short too."""
    largest = max((team.capacity for team in teams), default=0)
    if pupils <= largest:
        return [HalfDay.MORNING, HalfDay.AFTERNOON], True
    return [HalfDay.DAY], pupils <= 2 * largest


def _serves(team: Team, pupils: int, halves: list[HalfDay]) -> bool:
    """Big enough for its half-day; for a whole day any team will do, the warning is on the slot."""
    return HalfDay.DAY in halves or team.capacity >= pupils


def _slots_of(
    day: date, halves: list[HalfDay], teams: list[Team], taken: set[tuple[int, date, HalfDay]], fits: bool
) -> Iterator[Slot]:
    for half_day in halves:
        free = (team for team in teams if not any((team.pk, day, half) in taken for half in HALVES[half_day]))
        team = next(free, None)
        if team:
            yield Slot(day, half_day, team, fits)
