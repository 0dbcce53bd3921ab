"""The facts of the breaker (rules.py): tonight's file of a school against what we know."""

from __future__ import annotations

from schools.imports.context import SchoolRun
from schools.imports.rules import FileFacts


def compare(school_run: SchoolRun, *, listed: int, set_aside: int) -> FileFacts:
    """The facts, read from the staged rows and the enrolments. In the summer nobody leaves: nothing to look at."""
    enrolled, missing, leaving, known_guardians, guardians, redirected, aliases = school_run.rows(_COMPARE)[0]
    known = school_run.known
    known.enrolments, known.missing, known.guardians, known.aliases = (
        enrolled,
        missing,
        known_guardians,
        aliases,
    )
    few = school_run.run.campaign.rule_tree.imports.drop_guard_few
    classes = tuple(code for (code,) in school_run.rows(_VANISHED, few=few)) if missing >= few else ()
    if not school_run.reads_departures:
        missing, leaving, classes = 0, 0, ()
    if not school_run.is_complete:
        missing, classes = 0, ()
    return FileFacts(
        listed=listed,
        set_aside=set_aside,
        enrolled=enrolled,
        missing=missing,
        leaving=leaving,
        vanished_classes=classes,
        guardians=guardians,
        redirected=redirected,
    )


# Of the enrolments: all, missing, leaving; of the guardians: all, with an address, with another one tonight; whether
# this school's base numbered anybody before.
_COMPARE = """
SELECT enrolment.*, guardian.*,
       EXISTS (SELECT 1 FROM schools_pupilalias WHERE source = %(source)s AND scope = %(uai)s)
FROM (
    SELECT count(*), count(*) FILTER (WHERE s.row_no IS NULL), count(*) FILTER (WHERE s.has_left AND s.is_usable)
    FROM schools_enrolment e
    LEFT JOIN (
        SELECT DISTINCT ON (pupil_id) pupil_id, row_no, has_left, is_usable
        FROM staged_pupil WHERE pupil_id IS NOT NULL ORDER BY pupil_id, NOT is_usable
    ) AS s ON s.pupil_id = e.pupil_id
    WHERE e.school_id = %(school)s AND e.campaign_id = %(campaign)s AND e.state = 'active'
) AS enrolment CROSS JOIN (
    SELECT count(*), count(*) FILTER (WHERE g.email <> ''),
           count(*) FILTER (WHERE g.email <> '' AND person.email <> '' AND person.email <> g.email)
    FROM schools_guardian g LEFT JOIN staged_guardian person ON person.source_id = g.identifier
    WHERE g.source = %(source)s AND g.scope = %(uai)s
) AS guardian
"""

_VANISHED = """
SELECT e.class_code
FROM schools_enrolment e LEFT JOIN staged_pupil s ON s.pupil_id = e.pupil_id
WHERE e.school_id = %(school)s AND e.campaign_id = %(campaign)s AND e.state = 'active'
GROUP BY e.class_code
HAVING count(DISTINCT e.id) >= %(few)s AND count(s.row_no) = 0
ORDER BY e.class_code
"""
