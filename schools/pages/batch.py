"""All that the page of files just sent shows: how far the workers are, the sums, one school in detail."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from schools.enums import BatchSchoolState, BatchState, DifferenceKind, ImportState
from schools.imports.report import Counts
from schools.models import BatchSchool, ImportBatch


_SETTLED = {
    BatchState.RECEIVED: {BatchSchoolState.READ, BatchSchoolState.DONE},
    BatchState.ACCEPTED: {BatchSchoolState.DONE, BatchSchoolState.MOVED},
}


MOVES = {
    DifferenceKind.ARRIVAL: _("Who arrives"),
    DifferenceKind.DEPARTURE: _("Who leaves"),
    DifferenceKind.MISSING: _("Who is not in the file"),
    DifferenceKind.CHANGE: _("Who changes"),
    DifferenceKind.ADDRESS: _("Guardians’ details that change"),
}


@dataclass(frozen=True)
class Move:
    """The people one kind of difference is about: how many, the first by name, how many more."""

    title: str
    count: int
    first: list[dict[str, str]]

    @property
    def more_count(self) -> int:
        return self.count - len(self.first)


@dataclass(frozen=True)
class BatchPage:
    """`rows` are the schools; `chosen` the one shown in detail, always there when there is only one."""

    rows: list[BatchSchool]
    chosen: BatchSchool | None
    settled_count: int
    counts: Counts
    missing_count: int
    held: list[BatchSchool] = field(default_factory=list)
    refused: list[BatchSchool] = field(default_factory=list)
    moved: list[BatchSchool] = field(default_factory=list)
    can_apply: bool = False
    only_held: bool = False

    @property
    def moves(self) -> list[Move]:
        people = self.chosen.preview.get("people", {}) if self.chosen else {}
        return [Move(str(title), **people[kind]) for kind, title in MOVES.items() if kind in people]

    @property
    def rate(self) -> Decimal:
        return Decimal(self.settled_count) / len(self.rows) if self.rows else Decimal(0)


def page_of(batch: ImportBatch, *, uai: str) -> BatchPage:
    """`batch` comes from `visible_to(user)`; `uai` is the school asked for, "" for none."""
    rows = list(batch.schools.select_related("enrolment_import"))
    believed = [row for row in rows if row.outcome in {ImportState.APPLIED, ImportState.HELD}]
    appliable = [row for row in rows if row.can_apply]
    return BatchPage(
        rows=rows,
        chosen=_chosen(rows, uai),
        settled_count=sum(row.state in _SETTLED.get(BatchState(batch.state), set()) for row in rows),
        counts=sum((Counts(**row.counts) for row in believed), Counts()),
        missing_count=sum(missing_in(row) for row in rows),
        held=[row for row in rows if row.outcome == ImportState.HELD],
        refused=[row for row in rows if row.outcome == ImportState.REFUSED],
        moved=[row for row in rows if row.state == BatchSchoolState.MOVED],
        can_apply=bool(appliable),
        only_held=bool(appliable) and all(row.outcome == ImportState.HELD for row in appliable),
    )


def missing_in(row: BatchSchool) -> int:
    """Pupils enrolled who are not in the file."""
    people: dict[str, Any] = row.preview.get("people", {})
    return int(people.get("missing", {}).get("count", 0))


def _chosen(rows: list[BatchSchool], uai: str) -> BatchSchool | None:
    if len(rows) == 1:
        return rows[0]
    return next((row for row in rows if uai and row.uai == uai), None)
