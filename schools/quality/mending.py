"""Who is concerned by what is to mend: the counts of a school, its lines, the schools that need it most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from schools.models import Enrolment, School
from schools.quality.issues import ISSUES, Issue, Look


@dataclass(frozen=True, slots=True)
class Line:
    """One pupil, one thing to mend."""

    issue: Issue
    enrolment: Enrolment

    @property
    def name(self) -> str:
        return self.enrolment.pupil.list_name

    @property
    def class_code(self) -> str:
        return self.enrolment.class_code


def enrolled(look: Look) -> QuerySet[Enrolment]:
    """Those who attend, the deceased aside: nothing is asked about them."""
    return Enrolment.objects.active().filter(campaign=look.campaign, pupil__deceased_on=None)


def counts_of(school: School, look: Look) -> dict[str, int]:
    """How many pupils each issue concerns in a school, in one query."""
    return enrolled(look).filter(school=school).aggregate(**_counters(look))


def lines_of(school: School, look: Look, issue: Issue) -> QuerySet[Enrolment]:
    """The pupils of one issue, by class and name."""
    found = enrolled(look).filter(issue.where(look), school=school).select_related("pupil")
    return found.order_by("class_code", "pupil__search_key", "pk")


def all_lines(school: School, look: Look) -> Iterator[Line]:
    """Every line of a school, by class then name: what the office prints, and the file it takes away."""
    lines = [Line(issue, row) for issue in ISSUES for row in lines_of(school, look, issue)]
    ranks = {issue.code: rank for rank, issue in enumerate(ISSUES)}
    yield from sorted(
        lines, key=lambda line: (line.class_code, line.enrolment.pupil.search_key, ranks[line.issue.code])
    )


def schools_by_need(look: Look) -> QuerySet[Any]:
    """Schools with something to mend, those with the most blocked pupils first: values, one line a school."""
    blocks, mends = Q(pk__in=[]), Q(pk__in=[])
    for issue in ISSUES:
        blocks, mends = (
            (blocks | issue.where(look), mends) if issue.blocks else (blocks, mends | issue.where(look))
        )
    rows = enrolled(look).values("school__uai", "school__name").order_by()
    counted = rows.annotate(
        blocked_count=Count("pk", filter=blocks),
        mend_count=Count("pk", filter=mends),
        pupils_count=Count("pk"),
    )
    return counted.filter(Q(blocked_count__gt=0) | Q(mend_count__gt=0)).order_by(
        F("blocked_count").desc(), F("mend_count").desc(), "school__name"
    )


def _counters(look: Look) -> dict[str, Count]:
    return {issue.code: Count("pk", filter=issue.where(look)) for issue in ISSUES}
