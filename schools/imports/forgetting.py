"""What an import replaced and what a held one would do, line by line: kept as long as the file, it names people.

The import itself stays, with its figures, its findings and its decisions. What it replaced being gone, it can no longer
be undone (`reverting`), and its page says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from programmes.models import Campaign
from schools.enums import ImportState, RevertState
from schools.models import EnrolmentImport, ImportDifference, ImportRevert, ImportValue


BATCH = (
    200  # imports; one that loads a school replaces nothing, one that renames its classes a thousand values
)


def forget_details(*, campaign: Campaign, before: datetime) -> int:
    """Delete them for the imports received, and decided on, before that instant. Returns how many lines went.

    A file that waits for a decision keeps them, and so does an import that somebody asked to undo.
    """
    return sum(_forget(pks) for pks in _due(campaign, before))


def _due(campaign: Campaign, before: datetime) -> Iterator[list[int]]:
    settled = EnrolmentImport.objects.filter(campaign=campaign, received_at__lt=before)
    settled = settled.exclude(state=ImportState.HELD).exclude(log__at__gte=before)
    settled = settled.exclude(reverts__in=ImportRevert.objects.filter(state=RevertState.ASKED))
    due = sorted(
        {*_with(ImportValue.objects.all(), settled), *_with(ImportDifference.objects.all(), settled)}
    )
    for start in range(0, len(due), BATCH):
        yield due[start : start + BATCH]


def _with(
    lines: QuerySet[ImportValue] | QuerySet[ImportDifference], imports: QuerySet[EnrolmentImport]
) -> set[int]:
    found = lines.filter(enrolment_import__in=imports.values("pk")).order_by()
    return set(found.values_list("enrolment_import", flat=True).distinct())


@transaction.atomic
def _forget(pks: list[int]) -> int:
    """Locked first: an import being undone at this moment reads what it replaced."""
    locked = EnrolmentImport.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    list(locked.values_list("pk"))
    replaced = ImportValue.objects.filter(enrolment_import__in=pks)
    EnrolmentImport.objects.filter(pk__in=replaced.values("enrolment_import")).update(links_before=None)
    return replaced.delete()[0] + ImportDifference.objects.filter(enrolment_import__in=pks).delete()[0]
