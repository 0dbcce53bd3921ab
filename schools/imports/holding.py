"""Why a file waits, and what it would do: tried in full, read, undone at once. Dry run and real run are one code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Sum

from schools.enums import DifferenceKind, ImportState
from schools.imports.context import SchoolRun
from schools.imports.noting import noted
from schools.imports.rules import FileFacts, RegionFacts, reasons_to_hold, region_reasons_to_hold
from schools.imports.statistics import find_by_keys, read_whole
from schools.models import Enrolment, EnrolmentImport, ImportDifference


def reasons_against(school_run: SchoolRun, facts: FileFacts) -> list[str]:
    """Sentences of the school's own breaker, then of the region's."""
    rules = school_run.run.campaign.rule_tree
    region = school_run.known.region = region_facts(school_run, facts.removed)
    return reasons_to_hold(facts, rules) + region_reasons_to_hold(region, rules)


def region_facts(school_run: SchoolRun, here: int) -> RegionFacts:
    """What tonight's applied files and this one take away; workers see what the others have committed so far.

    The region is counted only when the answer could be yes: on an ordinary night this reads some hundred lines.
    """
    if not here:
        return RegionFacts(0, 0, 0)
    limits = school_run.run.campaign.rule_tree.imports
    removed = here + _removed_by_others(school_run)
    if removed <= limits.region_drop_guard * limits.region_guard_minimum:
        return RegionFacts(0, removed, here)
    return RegionFacts(_enrolled(school_run), removed, here)


class RegionShareTaken(OperationalError):
    """Files of other schools took the rest of the region's share meanwhile: start again, and wait for a person."""


def claim_region_share(school_run: SchoolRun, facts: FileFacts) -> None:
    """One file after the other, from here to its commit, is counted against what the others took tonight.

    Whoever comes second sees what the first one committed: the voted share is never passed, however many workers.
    Raises RegionShareTaken.
    """
    seen = school_run.known.region
    if seen is None or not facts.removed or school_run.run.dry_run:
        return
    school_run.execute("SELECT pg_advisory_xact_lock(hashtext('schools.region_share'), %(campaign)s::int)")
    removed = facts.removed + _removed_by_others(school_run)
    if removed == seen.removed:
        return
    now = RegionFacts(seen.enrolled or _enrolled(school_run), removed, facts.removed)
    if region_reasons_to_hold(now, school_run.run.campaign.rule_tree):
        raise RegionShareTaken


def _removed_by_others(school_run: SchoolRun) -> int:
    tonight = EnrolmentImport.objects.filter(
        campaign=school_run.run.campaign, for_date=school_run.run.on, state=ImportState.APPLIED
    ).exclude(school=school_run.school)
    return int(tonight.aggregate(sum=Sum("removed_count"))["sum"] or 0)


def _enrolled(school_run: SchoolRun) -> int:
    return Enrolment.objects.active().filter(campaign=school_run.run.campaign).count()


def keep_differences(school_run: SchoolRun, row: EnrolmentImport, apply: Callable[[], None]) -> None:
    """Apply the staged file, note all it does as lines of this import, and go back."""
    point = transaction.savepoint()
    school_run.import_id = row.pk
    with noted(school_run):
        apply()
    lines = list(difference_lines(school_run))
    transaction.savepoint_rollback(point)
    ImportDifference.objects.bulk_create(
        (ImportDifference(enrolment_import=row, **line) for line in lines), batch_size=2000
    )


def difference_lines(school_run: SchoolRun) -> Iterator[dict[str, Any]]:
    """What the import just applied did, line by line, in the transaction that applied it.

    The tables were filled a moment ago and PostgreSQL knows nothing of them yet: believing them small, it would walk
    the whole of one for each row of another, for minutes.
    """
    read_whole()
    yield from _lines(school_run)
    find_by_keys()


def _lines(school_run: SchoolRun) -> Iterator[dict[str, Any]]:
    for sql in (_MOVES, _MISSING, _VALUES, _GUARDIANS, _LINKS):
        for kind, name, class_code, field, before, after in school_run.rows_planned_anew(sql):
            yield {
                "kind": DifferenceKind(kind),
                "name": name[:220],
                "class_code": class_code or "",
                "field": field,
                "before": (before or "")[:254],
                "after": (after or "")[:254],
            }


_NAME = "upper(COALESCE(NULLIF(p.usage_name, ''), p.family_name)) || ' ' || p.given_name"

_MOVES = f"""
SELECT CASE c.kind WHEN 'left' THEN 'departure' ELSE 'arrival' END, {_NAME}, e.class_code, c.kind,
       CASE WHEN c.kind = 'left' THEN '' ELSE COALESCE(c.details ->> 'from_uai', '') END,
       CASE WHEN c.kind = 'left' THEN to_char(c."on", 'DD/MM/YYYY') ELSE e.class_code END
FROM schools_enrolmentchange c JOIN schools_enrolment e ON e.id = c.enrolment_id
JOIN schools_pupil p ON p.id = e.pupil_id
WHERE c.enrolment_import_id = %(import)s AND c.kind <> 'changed' ORDER BY e.class_code, p.search_key
"""  # noqa: S608 - made of this module's own words, here and below

_MISSING = f"""
SELECT 'missing', {_NAME}, e.class_code, '', '', ''
FROM schools_enrolment e JOIN schools_pupil p ON p.id = e.pupil_id
WHERE e.school_id = %(school)s AND e.campaign_id = %(campaign)s AND e.state = 'active'
  AND NOT EXISTS (SELECT 1 FROM staged_pupil s WHERE s.pupil_id = e.pupil_id)
ORDER BY e.class_code, p.search_key
"""  # noqa: S608

_VALUES = f"""
SELECT 'change', {_NAME}, e.class_code, c.key, v.before ->> c.key, v.after ->> c.key
FROM (
    SELECT id, row_id AS enrolment_id, before, after FROM schools_importvalue
    WHERE enrolment_import_id = %(import)s AND "table" = 'enrolment'
    UNION ALL
    SELECT value.id, open.id, value.before, value.after
    FROM schools_importvalue value JOIN schools_enrolment open ON open.pupil_id = value.row_id
    WHERE value.enrolment_import_id = %(import)s AND value."table" = 'pupil'
      AND open.state = 'active' AND open.campaign_id = %(campaign)s
) AS v CROSS JOIN LATERAL jsonb_each(v.before) AS c
JOIN schools_enrolment e ON e.id = v.enrolment_id JOIN schools_pupil p ON p.id = e.pupil_id
WHERE c.key NOT IN ('state', 'left_on', 'exit_reason', 'absences_count', 'former_ines')
ORDER BY e.class_code, p.search_key, v.id
"""  # noqa: S608

_GUARDIANS = """
SELECT 'address', trim(g.given_name || ' ' || COALESCE(NULLIF(g.usage_name, ''), g.family_name)), '', c.key,
       v.before ->> c.key, v.after ->> c.key
FROM schools_importvalue v CROSS JOIN LATERAL jsonb_each(v.before) AS c JOIN schools_guardian g ON g.id = v.row_id
WHERE v.enrolment_import_id = %(import)s AND v."table" = 'guardian'
ORDER BY g.family_name, g.given_name, v.id
"""

# A link ended has its guardian on the left, a link made on the right.
_LINKS = f"""
SELECT 'address', {_NAME}, e.class_code, 'guardian',
       CASE WHEN ship.ended_on IS NOT NULL THEN g.given_name || ' ' || g.family_name END,
       CASE WHEN ship.ended_on IS NULL THEN g.given_name || ' ' || g.family_name END
FROM schools_guardianship ship
JOIN schools_pupil p ON p.id = ship.pupil_id JOIN schools_guardian g ON g.id = ship.guardian_id
JOIN schools_enrolment e ON e.pupil_id = p.id AND e.school_id = %(school)s AND e.campaign_id = %(campaign)s
                         AND e.state = 'active'
WHERE (ship.id > (SELECT links_before FROM schools_enrolmentimport WHERE id = %(import)s)
       OR ship.id IN (SELECT row_id FROM schools_importvalue
                      WHERE enrolment_import_id = %(import)s AND "table" = 'guardianship' AND before ? 'ended_on'))
  AND NOT EXISTS (SELECT 1 FROM schools_enrolmentchange c
                  WHERE c.enrolment_import_id = %(import)s AND c.enrolment_id = e.id AND c.kind <> 'changed')
ORDER BY e.class_code, p.search_key
"""  # noqa: S608
