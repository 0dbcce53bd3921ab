"""What a region officer sees first: totals that open, what must be decided, where the week's deliveries are."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.navigation import address
from core.models import Message
from distribution.enums import LIVE_DELIVERY, DeliveryKind, DeliveryState
from distribution.models import Delivery
from reports import figures
from reports.figures import Figure
from reports.hero import Hero, hero_of
from reports.readiness import Task
from reports.schools_table import SchoolLine, school_lines, total_of
from reports.scope import Scope
from schools.enums import RevertState
from schools.models import ImportRevert, MergeProposal


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
    for count, title, hint, url in (*_about_files(scope), *_about_days(scope, lines)):
        if count:
            yield Task(title, str(count), "warning", hint, url)


def _about_files(scope: Scope) -> Iterator[tuple[int, str, str, str]]:
    """Files, rows of pupils, letters: how many, what, what to do, where."""
    held = f"{address('schools:imports')}?state=held"
    yield (
        figures.held_imports.count(scope),
        _("Enrolment files held"),
        _("Apply or reject each of them."),
        held,
    )
    asked = ImportRevert.objects.filter(state=RevertState.ASKED).select_related("enrolment_import")
    last = asked.order_by("-pk").first()
    undo = reverse("schools:import", args=[last.enrolment_import.public_id]) if last else ""
    yield asked.count(), _("Imports to undo"), _("A colleague asks, another person decides."), undo
    yield MergeProposal.objects.open().count(), _("Possible duplicates"), "", address("support:merges")
    mailings = scope.campaign.mailings.to_decide().count()
    yield mailings, _("Mailings to launch or approve"), "", address("loans:mailings")
    yield Message.objects.stuck().count(), _("Messages not sent"), "", address("reports:stuck_messages")


def _about_days(scope: Scope, lines: list[SchoolLine]) -> Iterator[tuple[int, str, str, str]]:
    """Delivery days, and laptops that do not come back."""
    days = Delivery.objects.filter(campaign=scope.campaign, kind=DeliveryKind.INITIAL)
    planning = address("distribution:planning")
    declined = days.filter(state=DeliveryState.DECLINED).count()
    yield declined, _("Schools asking for another day"), "", planning
    unplanned = sum(
        bool(line.school and line.sums.progress.expected_count and not line.delivery) for line in lines
    )
    yield unplanned, _("Schools without a delivery day"), "", planning
    late = reverse("reports:rows", args=["late_returns"])
    yield figures.late_returns.count(scope), _("Laptops late to come back"), "", late


def deliveries_of_the_week(scope: Scope) -> Iterable[Any]:
    days = Delivery.objects.filter(
        campaign=scope.campaign, state__in=LIVE_DELIVERY, on__gte=scope.on, on__lte=scope.on + WEEK
    )
    return days.select_related("school", "team").order_by("on", "half_day", "pk")
