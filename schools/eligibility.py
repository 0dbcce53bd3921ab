"""The facts of eligibility, read for a whole school at once, and the verdicts kept beside each enrolment (N2, X6)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from programmes.models import Campaign
from schools.models import Enrolment, School, SchoolMembership
from schools.rules import EligibilityFacts, eligibility


@dataclass(frozen=True, slots=True)
class Judged:
    """An open enrolment, its last verdict and what eligibility looks at now."""

    enrolment_id: int
    verdict: dict[str, Any] | None
    facts: EligibilityFacts


def facts_of(enrolments: QuerySet[Enrolment], campaign: Campaign) -> Iterator[Judged]:
    """What eligibility looks at for each enrolment, in two queries whatever their number."""
    members = _members_of(campaign)
    for row in enrolments.values(*_COLUMNS):
        yield Judged(row["pk"], row["eligibility_verdict"], _facts(row, members))


@transaction.atomic
def assess_enrolments(*, campaign: Campaign, on: date, school: School | None = None) -> int:
    """Judge the open enrolments of a campaign (or of one school) by the rules in force; how many verdicts changed.

    A verdict is written again only when its outcome, its reasons or its rules changed: its date is that of the change.
    """
    enrolments = Enrolment.objects.active().filter(campaign=campaign)
    if school is not None:
        enrolments = enrolments.filter(school=school)
    rules, version = campaign.rule_tree, campaign.rules_version
    changed = []
    for judged in facts_of(enrolments.order_by(), campaign):
        verdict = eligibility(judged.facts, rules, version, on).as_json()
        if _differs(judged.verdict, verdict):
            changed.append((judged.enrolment_id, verdict))
    _write(changed)
    return len(changed)


def _members_of(campaign: Campaign) -> set[str]:
    members = SchoolMembership.objects.filter(campaign=campaign, ended_on=None)
    return set(members.values_list("school__uai", flat=True))


_COLUMNS = (
    "pk",
    "eligibility_verdict",
    "level",
    "study_label",
    "status",
    "is_repeater",
    "previous_school_uai",
    "pupil__ine",
    "school__uai",
    "school__kind",
    "school__sector",
    "school__department",
    "school__label",
)


def _facts(row: dict[str, Any], members: set[str]) -> EligibilityFacts:
    before = row["previous_school_uai"]
    return EligibilityFacts(
        has_ine=bool(row["pupil__ine"]),
        level=row["level"],
        study=row["study_label"],
        status=row["status"],
        is_repeater=row["is_repeater"],
        joined_from=before,
        comes_from_outside=before not in members if before else None,
        school_kind=row["school__kind"],
        school_sector=row["school__sector"],
        school_department=row["school__department"],
        school_is_member=row["school__uai"] in members,
        school_has_label=bool(row["school__label"]),
    )


def _differs(stored: dict[str, Any] | None, fresh: dict[str, Any]) -> bool:
    compared = ("outcome", "reasons", "rule", "version", "facts")
    return stored is None or any(stored.get(part) != fresh[part] for part in compared)


def _write(verdicts: list[tuple[int, dict[str, Any]]]) -> None:
    """One statement for all: a school has hundreds, a region hundreds of thousands."""
    if not verdicts:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE schools_enrolment e SET eligibility = v.outcome, eligibility_verdict = v.verdict::jsonb
            FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS v (id, outcome, verdict) WHERE e.id = v.id
            """,
            [
                [pk for pk, _verdict in verdicts],
                [verdict["outcome"] for _pk, verdict in verdicts],
                [json.dumps(verdict, ensure_ascii=False) for _pk, verdict in verdicts],
            ],
        )
