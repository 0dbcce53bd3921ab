"""What a region officer sees first: totals that open, what must be decided, where the week's deliveries are."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.navigation import address
from distribution.enums import LIVE_DELIVERY, DeliveryKind, DeliveryState
from distribution.models import Delivery
from reports import figures
from reports.figures import Figure
from reports.hero import Hero, hero_of
from reports.readiness import Task
from reports.schools_table import SchoolLine, school_lines, total_of
from reports.scope import Scope


SHOWN = ("eligible", "signed", "equipped", "deliveries", "tickets", "held_imports")
WATCHED_COUNT = 8  # schools on the first page; the others are in the report
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Counted:
    """A figure with its value for a scope."""

    figure: Figure
    value: int

    @property
    def url(self) -> str:
        return reverse("reports:rows", args=[self.figure.code])


@dataclass(frozen=True)
class FigureGroup:
    """Figures of one subject, for the report."""

    title: str
    counted: list[Counted]


@dataclass(frozen=True)
class RegionDashboard:
    hero: Hero
    counted: list[Counted]
    decisions: list[Task]
    deliveries: Iterable[Any]
    watched: list[SchoolLine]
    schools_count: int


def dashboard_of(scope: Scope) -> RegionDashboard:
    lines = school_lines(scope)
    return RegionDashboard(
        hero=hero_of(scope, total_of(lines).progress),
        counted=counted(scope, SHOWN),
        decisions=list(decisions(scope, lines)),
        deliveries=deliveries_of_the_week(scope),
        watched=[line for line in lines if line.school and line.concerns][:WATCHED_COUNT],
        schools_count=sum(line.school is not None for line in lines),
    )


def counted(scope: Scope, codes: Sequence[str]) -> list[Counted]:
    return [Counted(figures.FIGURES[code], figures.FIGURES[code].count(scope)) for code in codes]


def report_groups(scope: Scope) -> list[FigureGroup]:
    """Every figure of the report, by subject."""
    subjects = [
        (_("Pupils and signatures"), ("eligible", "expected", "signed", "awaited", "unreachable")),
        (_("Laptops"), ("equipped", "in_repair", "returns", "late_returns")),
        (_("Schools and deliveries"), ("schools", "deliveries", "held_imports")),
        (_("Requests for help"), ("tickets", "tickets_for_school")),
    ]
    return [FigureGroup(title, counted(scope, codes)) for title, codes in subjects]


def decisions(scope: Scope, lines: list[SchoolLine]) -> Iterator[Task]:
    """What waits for the region itself; an empty list is good news."""
    held = figures.held_imports.count(scope)
    if held:
        url = f"{address('schools:imports')}?state=held"
        yield Task(_("Enrolment files held"), str(held), "warning", _("Apply or reject each of them."), url)
    mailings = scope.campaign.mailings.to_decide().count()
    if mailings:
        url = address("loans:mailings")
        yield Task(_("Mailings to launch or approve"), str(mailings), "warning", "", url)
    days = Delivery.objects.filter(campaign=scope.campaign, kind=DeliveryKind.INITIAL)
    declined = days.filter(state=DeliveryState.DECLINED).count()
    if declined:
        url = address("distribution:planning")
        yield Task(_("Schools asking for another day"), str(declined), "warning", "", url)
    unplanned = sum(
        bool(line.school and line.sums.progress.expected_count and not line.delivery) for line in lines
    )
    if unplanned:
        url = address("distribution:planning")
        yield Task(_("Schools without a delivery day"), str(unplanned), "warning", "", url)
    late = figures.late_returns.count(scope)
    if late:
        url = reverse("reports:rows", args=["late_returns"])
        yield Task(_("Laptops late to come back"), str(late), "warning", "", url)


def deliveries_of_the_week(scope: Scope) -> Iterable[Any]:
    days = Delivery.objects.filter(
        campaign=scope.campaign, state__in=LIVE_DELIVERY, on__gte=scope.on, on__lte=scope.on + WEEK
    )
    return days.select_related("school", "team").order_by("on", "half_day", "pk")
