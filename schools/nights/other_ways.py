"""What came for a school on a night's day by another way than the folder: pushed, pulled, or sent by hand.

Such a school sent something, whatever the folder holds: its night is what became of that file.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf

from schools.enums import SchoolNightState
from schools.models import EnrolmentImport, NightSchool


def with_situation(rows: QuerySet[NightSchool]) -> QuerySet[NightSchool]:
    """The rows, each with its `situation`, a key of SITUATIONS, and `came_id`, the import that says so."""
    that_day = EnrolmentImport.objects.filter(
        school=OuterRef("school"), campaign=OuterRef("night__campaign"), for_date=OuterRef("night__for_date")
    ).order_by("-pk")
    outcome = Coalesce(NullIf(F("outcome"), Value("")), F("state"))
    elsewhere = Coalesce(Subquery(that_day.values("state")[:1]), F("state"))
    return rows.annotate(
        situation=Case(
            When(state=SchoolNightState.DONE, then=outcome),
            When(state=SchoolNightState.MISSING, then=elsewhere),
            default=F("state"),
        ),
        came_id=Case(
            When(state=SchoolNightState.MISSING, then=Subquery(that_day.values("pk")[:1])),
            default=F("enrolment_import"),
        ),
    )


def show_what_came(rows: Iterable[NightSchool]) -> None:
    """Rows of `with_situation`: those whose file came by another way are shown as if the night had read it.

    Nothing is saved; one question, and only if there are any.
    """
    others = {row.came_id: row for row in rows if row.state == SchoolNightState.MISSING and row.came_id}
    for found in EnrolmentImport.objects.filter(pk__in=others):
        row = others[found.pk]
        row.enrolment_import, row.counts = found, found.counts
        row.state, row.outcome = SchoolNightState.DONE, found.state
