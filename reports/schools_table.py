"""One line a school, and a last line that is their sum: the region's table (invariant 9, P7)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.dates import plain_date
from distribution.enums import DeliveryKind, DeliveryState
from distribution.models import Delivery
from loans.progress import Progress, progress_by_school
from reports.figures import held_imports, returns, tickets
from reports.hero import signatures_missing
from reports.scope import Scope
from schools.models import School


GATE_WATCH = timedelta(days=14)  # how long before its threshold check a school below it is watched


@dataclass(frozen=True)
class Sums:
    """What adds up over schools."""

    progress: Progress = field(default_factory=Progress)
    tickets_count: int = 0
    held_count: int = 0
    returns_count: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.progress + other.progress,
            self.tickets_count + other.tickets_count,
            self.held_count + other.held_count,
            self.returns_count + other.returns_count,
        )


@dataclass(frozen=True)
class SchoolLine:
    """A school of the campaign; `school` is None for what no known school owns (a file with an unknown UAI)."""

    school: School | None
    sums: Sums
    missing_count: int = 0
    delivery: Delivery | None = None
    concerns: tuple[str, ...] = ()

    @property
    def urgency(self) -> tuple[int, int, str]:
        """Sorts what needs action first, then the most signatures missing."""
        return (-len(self.concerns), -self.missing_count, self.school.name if self.school else "")


def school_lines(scope: Scope) -> list[SchoolLine]:
    """A line for each member school and each school with something to count, the most urgent first."""
    sums = _sums_by_school(scope)
    members = School.objects.members_of(scope.campaign).values_list("pk", flat=True)
    schools = School.objects.in_bulk([*members, *(pk for pk in sums if pk)])
    days = deliveries_by_school(scope)
    lines = [_line(scope, school, sums.get(pk, Sums()), days.get(pk)) for pk, school in schools.items()]
    if None in sums:
        lines.append(SchoolLine(None, sums[None]))
    return sorted(lines, key=lambda line: line.urgency)


def total_of(lines: Iterable[SchoolLine]) -> Sums:
    return sum((line.sums for line in lines), Sums())


def deliveries_by_school(scope: Scope) -> dict[int, Delivery]:
    """The delivery day that counts for each school: the latest one named."""
    days = Delivery.objects.filter(campaign=scope.campaign, kind=DeliveryKind.INITIAL).order_by("pk")
    return {day.school_id: day for day in days}


def _sums_by_school(scope: Scope) -> dict[int | None, Sums]:
    progress = progress_by_school(campaign=scope.campaign)
    open_tickets, held, to_come = (rows.by_school(scope) for rows in (tickets, held_imports, returns))
    return {
        pk: Sums(
            progress.get(pk or 0, Progress()), open_tickets.get(pk, 0), held.get(pk, 0), to_come.get(pk, 0)
        )
        for pk in {*progress, *open_tickets, *held, *to_come}
    }


def _line(scope: Scope, school: School, sums: Sums, delivery: Delivery | None) -> SchoolLine:
    missing = signatures_missing(sums.progress, scope.campaign.rule_tree.gate.threshold)
    concerns = tuple(_concerns(scope, sums, missing, delivery))
    return SchoolLine(school, sums, missing, delivery, concerns)


def _concerns(scope: Scope, sums: Sums, missing: int, delivery: Delivery | None) -> Iterable[str]:
    if sums.held_count:
        yield _("An enrolment file is held")
    if delivery is None and sums.progress.expected_count:
        yield _("No delivery day")
    if delivery and delivery.state == DeliveryState.DECLINED:
        yield _("Asked for another day")
    if delivery and delivery.state == DeliveryState.CANCELLED:
        yield _("Delivery cancelled, to plan again")
    if missing and delivery and _is_close(scope, delivery):
        yield ngettext(
            "%(count)s signature missing before %(day)s",
            "%(count)s signatures missing before %(day)s",
            missing,
        ) % {"count": missing, "day": plain_date(delivery.gate_on)}


def _is_close(scope: Scope, delivery: Delivery) -> bool:
    if delivery.state != DeliveryState.ACCEPTED or delivery.gate_on is None:
        return False
    return scope.on <= delivery.gate_on <= scope.on + GATE_WATCH
