"""The facts of eligibility, read for a whole school at once, and the verdicts kept beside each enrolment (N2, X6)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from programmes.models import Campaign
from schools.models import Enrolment, School, SchoolMembership
from schools.rules import EligibilityFacts, eligibility


def facts_of(enrolments: QuerySet[Enrolment], campaign: Campaign) -> Iterator[tuple[Enrolment, EligibilityFacts]]:
    """Each enrolment with what eligibility looks at, in two queries whatever their number."""
    members = _members_of(campaign)
    for enrolment in enrolments.select_related("pupil", "school"):
        yield enrolment, _facts(enrolment, enrolment.school, members)


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
    for enrolment, facts in facts_of(enrolments, campaign):
        verdict = eligibility(facts, rules, version, on)
        if _differs(enrolment.eligibility_verdict, verdict.as_json()):
            enrolment.eligibility, enrolment.eligibility_verdict = verdict.outcome, verdict.as_json()
            changed.append(enrolment)
    _write(changed)
    return len(changed)


def _members_of(campaign: Campaign) -> set[str]:
    members = SchoolMembership.objects.filter(campaign=campaign, ended_on=None)
    return set(members.values_list("school__uai", flat=True))


def _facts(enrolment: Enrolment, school: School, members: set[str]) -> EligibilityFacts:
    before = enrolment.previous_school_uai
    return EligibilityFacts(
        has_ine=bool(enrolment.pupil.ine),
        level=enrolment.level,
        study=enrolment.study_label,
        status=enrolment.status,
        is_repeater=enrolment.is_repeater,
        joined_from=before,
        comes_from_outside=before not in members if before else None,
        school_kind=school.kind,
        school_sector=school.sector,
        school_department=school.department,
        school_is_member=school.uai in members,
        school_has_label=bool(school.label),
    )


def _differs(stored: dict[str, Any] | None, fresh: dict[str, Any]) -> bool:
    compared = ("outcome", "reasons", "rule", "version", "facts")
    return stored is None or any(stored.get(part) != fresh[part] for part in compared)


def _write(enrolments: list[Enrolment]) -> None:
    """One statement for all: a school has hundreds, a region hundreds of thousands."""
    if not enrolments:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE schools_enrolment e SET eligibility = v.outcome, eligibility_verdict = v.verdict::jsonb
            FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS v (id, outcome, verdict) WHERE e.id = v.id
            """,
            [
                [enrolment.pk for enrolment in enrolments],
                [str(enrolment.eligibility) for enrolment in enrolments],
                [json.dumps(enrolment.eligibility_verdict, ensure_ascii=False) for enrolment in enrolments],
            ],
        )
