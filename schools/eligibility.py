"""The facts of eligibility, read for a whole school at once, and the verdicts kept beside each enrolment (N2, X6).

Hundreds of pupils share a handful of facts: each group of facts is judged once, and its verdict written for all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.lookups import IsNull

from programmes.models import Campaign
from schools.models import Enrolment, School, SchoolMembership
from schools.rules import EligibilityFacts, eligibility


class Newcomer(NamedTuple):
    """What eligibility looks at in enrolments about to be opened, and the numbers of their rows."""

    rows: list[int]
    has_ine: bool
    level: str
    study: str
    status: str
    is_repeater: bool
    joined_from: str


@dataclass(frozen=True, slots=True)
class Judged:
    """Open enrolments that share their facts and their last verdict."""

    enrolment_ids: list[int]
    verdict: dict[str, Any] | None
    facts: EligibilityFacts


def facts_of(enrolments: QuerySet[Enrolment], campaign: Campaign) -> Iterator[Judged]:
    """What eligibility looks at for each group of enrolments, in two queries whatever their number."""
    groups = list(
        enrolments.order_by()
        .values(
            "level",
            "study_label",
            "status",
            "is_repeater",
            "previous_school_uai",
            "eligibility_verdict",
            "school_id",
            has_ine=IsNull(F("pupil__ine"), False),
        )
        .annotate(pks=ArrayAgg("pk"))
    )
    schools = School.objects.in_bulk({group["school_id"] for group in groups})
    named = {group["previous_school_uai"] for group in groups} | {school.uai for school in schools.values()}
    members = _members(campaign, named)
    for group in groups:
        newcomer = Newcomer(
            rows=group["pks"],
            has_ine=group["has_ine"],
            level=group["level"],
            study=group["study_label"],
            status=group["status"],
            is_repeater=group["is_repeater"],
            joined_from=group["previous_school_uai"],
        )
        facts = _facts(newcomer, schools[group["school_id"]], members)
        yield Judged(newcomer.rows, group["eligibility_verdict"], facts)


@transaction.atomic
def assess_enrolments(*, campaign: Campaign, on: date, school: School | None = None) -> int:
    """Judge the open enrolments of a campaign (or of one school) by the rules in force; how many verdicts changed.

    A verdict is written again only when its outcome, its reasons or its rules changed: its date is that of the change.
    """
    enrolments = Enrolment.objects.active().filter(campaign=campaign)
    if school is not None:
        enrolments = enrolments.filter(school=school)
    rules, version = campaign.rule_tree, campaign.rules_version
    changed = _Verdicts()
    for judged in facts_of(enrolments, campaign):
        verdict = eligibility(judged.facts, rules, version, on).as_json()
        if _differs(judged.verdict, verdict):
            changed.add(judged.enrolment_ids, verdict)
    if changed.rows:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, changed.parameters())
    return len(changed.rows)


def judge_newcomers(
    groups: Iterable[Newcomer], members: set[str], *, campaign: Campaign, school: School, on: date
) -> dict[str, list[Any]]:
    """The verdict of enrolments about to be opened in this school, as SQL parameters.

    `members` are the campaign's, among this school and those the newcomers come from. `rows` and `verdict_numbers` go
    together, a number pointing into `outcomes` and `verdicts` from 1.
    """
    verdicts, rules, version = _Verdicts(), campaign.rule_tree, campaign.rules_version
    for group in groups:
        verdicts.add(group.rows, eligibility(_facts(group, school, members), rules, version, on).as_json())
    return verdicts.parameters()


class _Verdicts:
    """Verdicts, each for many rows, as arrays a statement can unnest."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self._numbers: list[int] = []
        self._outcomes: list[str] = []
        self._texts: list[str] = []

    def add(self, rows: list[int], verdict: dict[str, Any]) -> None:
        self._outcomes.append(verdict["outcome"])
        self._texts.append(json.dumps(verdict, ensure_ascii=False))
        self.rows += rows
        self._numbers += [len(self._texts)] * len(rows)

    def parameters(self) -> dict[str, list[Any]]:
        return {
            "rows": self.rows,
            "verdict_numbers": self._numbers,
            "outcomes": self._outcomes,
            "verdicts": self._texts,
        }


def _members(campaign: Campaign, uais: set[str]) -> set[str]:
    """Those of these schools that are members of the campaign."""
    members = SchoolMembership.objects.filter(campaign=campaign, ended_on=None, school__uai__in=uais)
    return set(members.values_list("school__uai", flat=True))


def _facts(newcomer: Newcomer, school: School, members: set[str]) -> EligibilityFacts:
    before = newcomer.joined_from
    return EligibilityFacts(
        has_ine=newcomer.has_ine,
        level=newcomer.level,
        study=newcomer.study,
        status=newcomer.status,
        is_repeater=newcomer.is_repeater,
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


_WRITE = """
UPDATE schools_enrolment e SET eligibility = verdict.outcome, eligibility_verdict = verdict.reasons
FROM unnest(%(rows)s::bigint[], %(verdict_numbers)s::int[]) AS who (id, number)
JOIN unnest(%(outcomes)s::text[], %(verdicts)s::jsonb[]) WITH ORDINALITY AS verdict (outcome, reasons, number)
USING (number)
WHERE e.id = who.id
"""
