"""Opens, updates and closes the enrolments of one school after its file. A pupil missing from it is only counted.

Each statement leaves an event (`staged_event`) or a changed field (`staged_change`); `write_changes` turns them into
EnrolmentChange rows at the end, once the whole school is done.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.findings import Finding
from schools.eligibility import Newcomer, judge_newcomers
from schools.imports.context import SchoolRun
from schools.imports.report import Counts
from schools.sources import catalogue


DECEASED_REASON = "43"
MISSING_REASON, TRANSFER_REASON = "missing", "transfer"


def apply_enrolments(school_run: SchoolRun, counts: Counts) -> None:
    """The whole of it, in the order that keeps one open enrolment a pupil."""
    if school_run.known.nobody:
        counts.arrivals += _insert(school_run)
        return
    counts.changes += _update_open(school_run)
    counts.departures += _close_transferred(school_run)
    counts.arrivals += school_run.execute(_REOPEN) + _insert(school_run)
    if school_run.reads_departures:
        counts.departures += _close_on_exit_date(school_run)
    counts.departures += _count_absences(school_run)


def enrolled_elsewhere(school_run: SchoolRun) -> Iterator[Finding]:
    """Pupils this file claims whom another school enrols with a better title."""
    if school_run.known.nobody:
        return
    for family_name, given_name, number, uai in school_run.rows(_ELSEWHERE):
        yield catalogue.ELSEWHERE.at(f"{family_name} {given_name} ({number}) : {uai}")


def _update_open(school_run: SchoolRun) -> int:
    school_run.execute(_RESET_ABSENCES)
    school_run.execute(_NOTE_CHANGED_FIELDS)
    return school_run.execute(_UPDATE_OPEN)


def _close_transferred(school_run: SchoolRun) -> int:
    return school_run.execute(_CLOSE_TRANSFERRED, reason=TRANSFER_REASON)


def _insert(school_run: SchoolRun) -> int:
    """Each with the verdict it deserves: written once, and not again a moment later."""
    nobody = school_run.known.nobody
    newcomers = [Newcomer(*row) for row in school_run.rows(_FIRST_NEWCOMERS if nobody else _NEWCOMERS)]
    if not newcomers:
        return 0
    run, school = school_run.run, school_run.school
    named = {school.uai, *(newcomer.joined_from for newcomer in newcomers)}
    members = {uai for (uai,) in school_run.rows(_MEMBERS, uais=list(named))}
    verdicts = judge_newcomers(newcomers, members, campaign=run.campaign, school=school, on=run.on)
    return school_run.execute(_INSERT_FIRST if nobody else _INSERT, **verdicts)


def _close_on_exit_date(school_run: SchoolRun) -> int:
    school_run.execute(_NOTE_DECEASED, deceased=DECEASED_REASON)
    return school_run.execute(_CLOSE_ON_EXIT_DATE)


def _count_absences(school_run: SchoolRun) -> int:
    if not school_run.counts_absences:
        return 0
    school_run.execute(_ADD_ABSENCE)
    return school_run.execute(_CLOSE_MISSING, reason=MISSING_REASON)


def write_changes(school_run: SchoolRun) -> None:
    """EnrolmentChange rows: the events, then one « changed » row for each enrolment altered and not just opened."""
    school_run.later(_WRITE_EVENTS)
    if not school_run.known.nobody:
        school_run.later(_WRITE_CHANGED)


_RESET_ABSENCES = """
UPDATE schools_enrolment e SET absences_count = 0
FROM staged_pupil s
WHERE s.pupil_id = e.pupil_id AND e.school_id = %(school)s AND e.campaign_id = %(campaign)s AND e.state = 'active'
  AND e.absences_count > 0
"""

# Column → its value after the file. What the file leaves empty keeps the value we know.
_VALUES = {
    "study_code": "COALESCE(NULLIF(s.study_code, ''), e.study_code)",
    "study_label": "COALESCE(NULLIF(s.study_label, ''), CASE WHEN s.study_code IN ('', e.study_code) THEN e.study_label"
    " ELSE '' END)",
    "level": "CASE WHEN s.study_code IN ('', e.study_code) THEN COALESCE(NULLIF(s.level, ''), e.level)"
    " ELSE s.level END",
    "class_code": "COALESCE(NULLIF(s.class_code, ''), e.class_code)",
    "status": "s.status",
    "is_repeater": "s.is_repeater",
    "previous_study_code": "COALESCE(NULLIF(s.previous_study_code, ''), e.previous_study_code)",
    "previous_school_uai": "COALESCE(NULLIF(s.previous_school_uai, ''), e.previous_school_uai)",
    "entered_on": "COALESCE(s.entered_on, e.entered_on)",
}
_OPEN_HERE = (
    "s.pupil_id = e.pupil_id AND s.is_usable AND NOT s.has_left AND e.school_id = %(school)s "
    "AND e.campaign_id = %(campaign)s AND e.state = 'active'"
)
_SETS = ", ".join(f"{column} = {value}" for column, value in _VALUES.items())
_OLD = ", ".join(f"e.{column}" for column in _VALUES)
_NEW = ", ".join(_VALUES.values())
_FIELDS = ", ".join(
    f"CASE WHEN e.{column} IS DISTINCT FROM {value} THEN '{column}' END" for column, value in _VALUES.items()
)

_NOTE_CHANGED_FIELDS = f"""
INSERT INTO staged_change (enrolment_id, field)
SELECT e.id, field FROM schools_enrolment e JOIN staged_pupil s ON {_OPEN_HERE}
CROSS JOIN unnest(ARRAY[{_FIELDS}]) AS field WHERE field IS NOT NULL
"""  # noqa: S608 - made of this module's own words

_UPDATE_OPEN = f"""
UPDATE schools_enrolment e SET {_SETS} FROM staged_pupil s WHERE {_OPEN_HERE} AND ({_OLD}) IS DISTINCT FROM ({_NEW})
"""  # noqa: S608

# The later entry date wins. On the same date the school that had the pupil before tonight keeps the pupil; of two that
# claim the pupil for the first time on one night, the one whose number comes first: whichever file is read first, the
# pupil ends in the same school, and anybody can tell which.
_CLOSE_TRANSFERRED = """
UPDATE schools_enrolment e
SET state = 'left', left_on = GREATEST(e.entered_on, s.entered_on - 1), exit_reason = %(reason)s, absences_count = 0
FROM staged_pupil s
WHERE s.pupil_id = e.pupil_id AND s.is_usable AND s.is_schooled AND e.campaign_id = %(campaign)s
  AND e.school_id <> %(school)s AND e.state = 'active'
  AND (s.entered_on > e.entered_on
       OR (COALESCE(s.entered_on, %(on)s) = e.entered_on
           AND %(uai)s < (SELECT uai FROM schools_school WHERE id = e.school_id)
           AND %(on)s <= (
               SELECT max(claim.for_date)
               FROM schools_enrolmentchange c JOIN schools_enrolmentimport claim ON claim.id = c.enrolment_import_id
               WHERE c.enrolment_id = e.id AND c.kind IN ('arrived', 'moved', 'returned')
           )))
"""

# Who may be opened here: attends by the file, open nowhere, and has not been since in another school.
_TO_OPEN = """
    s.is_usable AND s.is_schooled AND s.pupil_id IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM schools_enrolment o
        WHERE o.pupil_id = s.pupil_id AND o.campaign_id = %(campaign)s
          AND (o.state = 'active' OR (o.school_id <> %(school)s AND o.entered_on > COALESCE(s.entered_on, %(on)s)))
    )
"""
_CAME_FROM = """
    LEFT JOIN LATERAL (
        SELECT o.id, school.uai FROM schools_enrolment o JOIN schools_school school ON school.id = o.school_id
        WHERE o.pupil_id = s.pupil_id AND o.campaign_id = %(campaign)s AND o.school_id <> %(school)s
        ORDER BY o.left_on DESC NULLS LAST, o.id DESC LIMIT 1
    ) AS origin ON true
"""
_ORIGIN = "jsonb_strip_nulls(jsonb_build_object('from_uai', origin.uai, 'from_enrolment', origin.id))"

_REOPEN = f"""
WITH again AS (
    SELECT DISTINCT ON (e.pupil_id) e.id, s.row_no, origin.id AS origin_id, {_ORIGIN} AS details,
           origin.id IS NOT NULL AND EXISTS (
               SELECT 1 FROM schools_enrolment o WHERE o.id = origin.id AND o.left_on >= e.left_on
           ) AS has_moved
    FROM staged_pupil s
    JOIN schools_enrolment e ON e.pupil_id = s.pupil_id AND e.school_id = %(school)s AND e.campaign_id = %(campaign)s
    {_CAME_FROM}
    WHERE {_TO_OPEN}
    ORDER BY e.pupil_id, e.left_on DESC, e.id DESC
), events AS (
    INSERT INTO staged_event (enrolment_id, kind, happened_on, details)
    SELECT id, CASE WHEN has_moved THEN 'moved' ELSE 'returned' END, %(on)s,
           CASE WHEN has_moved THEN details ELSE '{{}}'::jsonb END
    FROM again
)
UPDATE schools_enrolment e SET state = 'active', left_on = NULL, exit_reason = '', absences_count = 0, {_SETS}
FROM again JOIN staged_pupil s ON s.row_no = again.row_no
WHERE e.id = again.id
"""  # noqa: S608

# In the order of `Newcomer` (schools.eligibility), which says what eligibility looks at.
_NEWCOMERS = f"""
SELECT array_agg(s.row_no), COALESCE(p.ine, NULLIF(s.ine, '')) IS NOT NULL AS has_ine, s.level, s.study_label, s.status,
       s.is_repeater, s.previous_school_uai
FROM staged_pupil s JOIN schools_pupil p ON p.id = s.pupil_id WHERE {_TO_OPEN}
GROUP BY has_ine, s.level, s.study_label, s.status, s.is_repeater, s.previous_school_uai
"""  # noqa: S608

# Where nobody was known the newcomers are those just made: no enrolment of theirs can be open, or be left behind.
_FIRST_NEWCOMERS = """
SELECT array_agg(row_no), ine <> '' AS has_ine, level, study_label, status, is_repeater, previous_school_uai
FROM staged_pupil WHERE is_new
GROUP BY has_ine, level, study_label, status, is_repeater, previous_school_uai
"""

# Each school asked for by its key: left to itself PostgreSQL may read all the members of a region.
_MEMBERS = """
SELECT uai FROM schools_school s WHERE uai = ANY(%(uais)s) AND EXISTS (
    SELECT 1 FROM schools_schoolmembership m WHERE m.school_id = s.id AND m.campaign_id = %(campaign)s
    AND m.ended_on IS NULL OFFSET 0
)
"""

_OPENED = """
WITH judged AS MATERIALIZED (
    SELECT who.row_no, verdict.outcome, verdict.reasons
    FROM unnest(%(rows)s::int[], %(verdict_numbers)s::int[]) AS who (row_no, number)
    JOIN unnest(%(outcomes)s::text[], %(verdicts)s::jsonb[]) WITH ORDINALITY AS verdict (outcome, reasons, number)
    USING (number)
), opened AS (
    INSERT INTO schools_enrolment (id, public_id, pupil_id, school_id, campaign_id, state, study_code, study_label,
        level, class_code, status, is_repeater, previous_study_code, previous_school_uai, entered_on, exit_reason,
        absences_count, eligibility, eligibility_verdict)
    SELECT COALESCE(s.enrolment_id, nextval((SELECT pg_get_serial_sequence('schools_enrolment', 'id')::regclass))),
        s.enrolment_public_id, s.pupil_id, %(school)s, %(campaign)s, 'active', s.study_code, s.study_label, s.level,
        s.class_code, s.status, s.is_repeater, s.previous_study_code, s.previous_school_uai,
        COALESCE(s.entered_on, %(on)s), '', 0, judged.outcome, judged.reasons
    FROM staged_pupil s JOIN judged USING (row_no)
    ORDER BY s.row_no
    RETURNING id, pupil_id, entered_on
)
INSERT INTO staged_event (enrolment_id, kind, happened_on, details)
"""

_INSERT_FIRST = f"{_OPENED} SELECT id, 'arrived', entered_on, '{{}}' FROM opened"  # noqa: S608

_INSERT = f"""
{_OPENED}
SELECT opened.id, CASE WHEN origin.id IS NULL THEN 'arrived' ELSE 'moved' END, opened.entered_on, {_ORIGIN}
FROM opened JOIN staged_pupil s ON s.pupil_id = opened.pupil_id AND s.is_usable
{_CAME_FROM}
"""  # noqa: S608

_NOTE_DECEASED = """
UPDATE schools_pupil p SET deceased_on = s.exit_on
FROM staged_pupil s
WHERE s.pupil_id = p.id AND s.is_usable AND s.has_left AND s.exit_reason = %(deceased)s AND p.deceased_on IS NULL
"""

_CLOSE_ON_EXIT_DATE = """
WITH closed AS (
    UPDATE schools_enrolment e
    SET state = 'left', left_on = GREATEST(e.entered_on, s.exit_on), exit_reason = s.exit_reason, absences_count = 0
    FROM staged_pupil s
    WHERE s.pupil_id = e.pupil_id AND s.is_usable AND s.has_left AND e.school_id = %(school)s
      AND e.campaign_id = %(campaign)s AND e.state = 'active'
    RETURNING e.id, e.left_on, e.exit_reason
)
INSERT INTO staged_event (enrolment_id, kind, happened_on, details)
SELECT id, 'left', left_on, jsonb_build_object('reason', exit_reason) FROM closed
"""

_MISSING = """
    e.school_id = %(school)s AND e.campaign_id = %(campaign)s AND e.state = 'active'
    AND NOT EXISTS (SELECT 1 FROM staged_pupil s WHERE s.pupil_id = e.pupil_id)
"""
_ADD_ABSENCE = f"UPDATE schools_enrolment e SET absences_count = absences_count + 1 WHERE {_MISSING}"  # noqa: S608

_CLOSE_MISSING = f"""
WITH closed AS (
    UPDATE schools_enrolment e
    SET state = 'left', left_on = GREATEST(e.entered_on, %(on)s), exit_reason = %(reason)s
    WHERE {_MISSING} AND e.absences_count >= %(absences)s
    RETURNING e.id, e.left_on
)
INSERT INTO staged_event (enrolment_id, kind, happened_on, details)
SELECT id, 'left', left_on, jsonb_build_object('reason', %(reason)s::text) FROM closed
"""  # noqa: S608

_ELSEWHERE = """
SELECT s.family_name, s.given_name, COALESCE(NULLIF(s.ine, ''), s.source_id), school.uai
FROM staged_pupil s
JOIN schools_enrolment e ON e.pupil_id = s.pupil_id AND e.campaign_id = %(campaign)s AND e.state = 'active'
JOIN schools_school school ON school.id = e.school_id
WHERE s.is_usable AND s.is_schooled AND e.school_id <> %(school)s
ORDER BY s.row_no
"""

_WRITE_EVENTS = """
INSERT INTO schools_enrolmentchange (enrolment_id, kind, "on", details, enrolment_import_id, created_at)
SELECT enrolment_id, kind, happened_on, details, %(import)s, %(at)s FROM staged_event ORDER BY enrolment_id
"""

_WRITE_CHANGED = """
INSERT INTO schools_enrolmentchange (enrolment_id, kind, "on", details, enrolment_import_id, created_at)
SELECT enrolment_id, 'changed', %(on)s, jsonb_build_object('fields', jsonb_agg(DISTINCT field)), %(import)s, %(at)s
FROM staged_change
WHERE enrolment_id NOT IN (SELECT enrolment_id FROM staged_event)
GROUP BY enrolment_id ORDER BY enrolment_id
"""
