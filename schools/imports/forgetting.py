"""What an import replaced, what a held one would do, where things are wrong, what an undoing left: it names people.

Kept as long as the file. The import itself stays, with its figures, its findings and its decisions. What it replaced
being gone, it can no longer be undone (`reverting`), and its page says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import JSONField, Q, QuerySet, Value

from programmes.models import Campaign
from schools.enums import ImportState, RevertState
from schools.models import EnrolmentImport, ImportDifference, ImportFinding, ImportRevert, ImportValue


FORGOTTEN = Value(None, JSONField())  # unlike [], which says that there was nothing
BATCH = (
    200  # imports; one that loads a school replaces nothing, one that renames its classes a thousand values
)


def forget_details(*, campaign: Campaign, before: datetime) -> Counter[str]:
    """Delete them for the imports received, and decided on, before that instant.

    Returns how many lines went (`details`), and how many findings and undoings lost their names (`unnamed`).

    A file that waits for a decision keeps them, and so does an import that somebody asked to undo.
    """
    return sum((_forget(pks) for pks in _due(campaign, before)), Counter())


def _due(campaign: Campaign, before: datetime) -> Iterator[list[int]]:
    settled = EnrolmentImport.objects.filter(campaign=campaign, received_at__lt=before)
    settled = settled.exclude(state=ImportState.HELD).exclude(log__at__gte=before)
    for kept in (Q(state=RevertState.ASKED), Q(decided_at__gte=before)):
        settled = settled.exclude(reverts__in=ImportRevert.objects.filter(kept))
    due = sorted({pk for lines in _lines() for pk in _with(lines, settled)})
    for start in range(0, len(due), BATCH):
        yield due[start : start + BATCH]


def _lines() -> tuple[QuerySet[Any], ...]:
    return ImportValue.objects.all(), ImportDifference.objects.all(), *_naming()


def _naming() -> tuple[QuerySet[ImportFinding], QuerySet[ImportRevert]]:
    """Rows that stay, but whose names go."""
    return (
        ImportFinding.objects.exclude(places=[]).exclude(places=FORGOTTEN),
        ImportRevert.objects.exclude(kept=[]).exclude(kept=FORGOTTEN),
    )


def _with(lines: QuerySet[Any], imports: QuerySet[EnrolmentImport]) -> set[int]:
    found = lines.filter(enrolment_import__in=imports.values("pk")).order_by()
    return set(found.values_list("enrolment_import", flat=True).distinct())


@transaction.atomic
def _forget(pks: list[int]) -> Counter[str]:
    """Locked first: an import being undone at this moment reads what it replaced."""
    locked = EnrolmentImport.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    list(locked.values_list("pk"))
    replaced = ImportValue.objects.filter(enrolment_import__in=pks)
    EnrolmentImport.objects.filter(pk__in=replaced.values("enrolment_import")).update(links_before=None)
    findings, reverts = (rows.filter(enrolment_import__in=pks) for rows in _naming())
    unnamed = findings.update(places=FORGOTTEN) + reverts.update(kept=FORGOTTEN)
    lines = ImportDifference.objects.filter(enrolment_import__in=pks)
    return Counter(details=replaced.delete()[0] + lines.delete()[0], unnamed=unnamed)
