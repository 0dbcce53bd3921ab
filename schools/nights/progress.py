"""How far a night is, for a page that can be left and come back to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from core.charts import Part, Stack, draw_stack
from programmes.models import Campaign
from schools.enums import ImportState, SchoolNightState
from schools.models import EnrolmentNight, NightSchool
from schools.nights.other_ways import with_situation


SITUATIONS: dict[str, tuple[Any, str]] = {
    ImportState.APPLIED: (_("Imported"), "success"),
    ImportState.UNCHANGED: (_("Imported, nothing new in it"), "success"),
    ImportState.REVERTED: (_("Imported, then undone"), "neutral"),
    ImportState.HELD: (_("Held: somebody must decide"), "warning"),
    ImportState.REJECTED: (_("Rejected by a person"), "neutral"),
    ImportState.REFUSED: (_("Refused: the file cannot be used"), "danger"),
    SchoolNightState.FAILED: (_("Broke down on our side"), "danger"),
    SchoolNightState.RUNNING: (_("Being imported"), "info"),
    SchoolNightState.WAITING: (_("Waiting for its turn"), "waiting"),
    SchoolNightState.MISSING: (_("No new file"), "neutral"),
}
"""What a school's night looks like: what became of its files, else where it is; with the tone of its badge."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A night at an instant: schools by situation, and the time left at the pace so far (None: nobody can say)."""

    counts: dict[str, int]
    time_left: timedelta | None

    @property
    def total(self) -> int:
        """Schools that sent something."""
        return sum(self.counts.values()) - self.missing

    @property
    def missing(self) -> int:
        return self.counts.get(SchoolNightState.MISSING, 0)

    @property
    def left(self) -> int:
        return sum(
            self.counts.get(state, 0) for state in (SchoolNightState.WAITING, SchoolNightState.RUNNING)
        )

    @property
    def done(self) -> int:
        return self.total - self.left

    @property
    def rate(self) -> Decimal:
        return Decimal(self.done) / self.total if self.total else Decimal(1)

    @property
    def minutes_left(self) -> int | None:
        """Rounded up, so that it never says « 0 minutes » while something waits."""
        return None if self.time_left is None else -(-int(self.time_left.total_seconds()) // 60) or 1

    @property
    def chart(self) -> Stack:
        parts = [
            Part(str(label), self.counts[situation], tone)
            for situation, (label, tone) in SITUATIONS.items()
            if self.counts.get(situation)
        ]
        return draw_stack(key="night", title=str(_("Where the schools are")), parts=parts)

    def filters(self) -> Iterator[tuple[str, Any, int]]:
        """Each situation some school is in: its code, its words, how many."""
        for situation, (label, _tone) in SITUATIONS.items():
            if self.counts.get(situation):
                yield situation, label, self.counts[situation]


def progress_of(night: EnrolmentNight, *, at: datetime) -> Progress:
    """Three questions to the database, however many schools there are."""
    rows = with_situation(night.schools.all())
    counts = dict(rows.order_by("situation").values_list("situation").annotate(Count("pk")))
    progress = Progress(counts, None)
    if night.is_over:
        return progress
    finished = night.schools.filter(finished_at__isnull=False).order_by("finished_at")
    first = finished.values_list("started_at", flat=True).first()
    pace = (at - first) / progress.done if first and progress.done else None
    return Progress(counts, pace * progress.left if pace else None)


def schools_to_list(night: EnrolmentNight, filters: dict[str, Any]) -> QuerySet[NightSchool]:
    """The schools of a night, searched and filtered, those somebody must look at first."""
    rows = with_situation(night.schools.select_related("school", "enrolment_import"))
    if situation := filters.get("situation"):
        rows = rows.filter(situation=situation)
    if words := filters.get("q", "").strip():
        rows = rows.filter(Q(school__name__icontains=words) | Q(uai__iexact=words))
    order = list(SITUATIONS)
    urgent = [ImportState.HELD, ImportState.REFUSED, SchoolNightState.FAILED, SchoolNightState.RUNNING]
    ranks = [*urgent, *(situation for situation in order if situation not in urgent)]
    rank = Case(
        *(When(situation=situation, then=Value(n)) for n, situation in enumerate(ranks)), default=Value(99)
    )
    return rows.order_by(rank, "school__name", "uai")


def nights_to_list(campaign: Campaign) -> QuerySet[EnrolmentNight]:
    return campaign.nights.order_by("-for_date")
