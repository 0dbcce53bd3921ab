"""The SQL of an undone import, in the order that keeps one open enrolment a pupil."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from schools.models import Enrolment, EnrolmentImport, Guardian, Guardianship, Pupil
from schools.search import search_key


REVERTED_REASON = "import_reverted"
PEOPLE = {
    "pupil": [
        "ine",
        "former_ines",
        "family_name",
        "usage_name",
        "given_name",
        "birth_on",
        "email",
        "phone",
        "deceased_on",
    ],
    "guardian": ["title", "family_name", "usage_name", "given_name", "email", "phone", "address"],
    "guardianship": ["level", "kinship", "rank", "ended_on"],
}
FOLLOWING = [
    *("study_code", "study_label", "level", "class_code", "status"),
    *("is_repeater", "previous_study_code", "previous_school_uai", "entered_on"),
]


@dataclass(slots=True)
class Undoing:
    """An import being undone; pupils in `spared` keep all it did. `stayed` gathers what could not be put back."""

    row: EnrolmentImport
    at: datetime
    on: date
    spared: list[int]
    stayed: list[dict[str, str]] = field(default_factory=list)

    def execute(self, sql: str, **more: Any) -> list[tuple[Any, ...]]:
        values: dict[str, Any] = {
            "import": self.row.pk,
            "school": self.row.school_id,
            "campaign": self.row.campaign_id,
            "uai": self.row.uai,
            "source": self.row.source,
            "links": self.row.links_before,
            "on": self.on,
            "at": self.at,
            "spared": self.spared,
            "reverted": REVERTED_REASON,
        }
        with connection.cursor() as cursor:
            cursor.execute(sql, values | more)
            return list(cursor.fetchall()) if cursor.description else []


def undo(undoing: Undoing) -> dict[str, int]:
    """All of it; how many arrivals were closed, departures reopened, values and links put back."""
    undoing.execute(_FOLD)
    closed = undoing.execute(_CLOSE_ARRIVALS) + undoing.execute(_CLOSE_RETURNED)
    undoing.stayed += _attending_elsewhere(undoing.execute(_ELSEWHERE))
    reopened = undoing.execute(_REOPEN_LEAVERS)
    absences = undoing.execute(_PUT_ABSENCES_BACK)
    values = _put_back(undoing, "enrolment", FOLLOWING)
    ended = undoing.execute(_END_NEW_LINKS)
    for table, columns in PEOPLE.items():
        values |= _put_back(undoing, table, columns)
    _refresh_search_keys(row_id for table, row_id in values if table == "pupil")
    undoing.execute(_WRITE_MOVES)
    undoing.execute(_WRITE_CHANGED)
    return {
        "arrivals": len(closed),
        "departures": len(reopened),
        "changes": len(values),
        "links": len(ended),
        "absences": len(absences),
    }


def _put_back(undoing: Undoing, table: str, columns: Iterable[str]) -> set[tuple[str, int]]:
    """The rows of this table where something was put back; what was changed again since is left, and named."""
    done: set[tuple[str, int]] = set()
    for column in columns:
        words = {"table": table, "column": column, "spared": _SPARED[table]}
        words["free"] = _FREE_NUMBER if column == "ine" else "true"
        done |= {(table, pk) for (pk,) in undoing.execute(_PUT_BACK.format(**words), name=table, col=column)}
        again = undoing.execute(_CHANGED_AGAIN.format(**words), name=table, col=column)
        undoing.stayed += _changed_since(table, column, [pk for (pk,) in again])
    return done


def _changed_since(table: str, column: str, pks: list[int]) -> list[dict[str, str]]:
    if not pks:
        return []
    model: Any = {"pupil": Pupil, "guardian": Guardian, "guardianship": Guardianship, "enrolment": Enrolment}[
        table
    ]
    label = str(model._meta.get_field(column).verbose_name)
    sentence = _("“%(field)s” was changed again since.") % {"field": label}
    return [{"name": _name_of(one), "sentence": sentence} for one in model.objects.filter(pk__in=pks)]


def _name_of(thing: Any) -> str:
    if isinstance(thing, Pupil):
        return thing.list_name
    return thing.full_name if isinstance(thing, Guardian) else str(thing.pupil.list_name)


def _attending_elsewhere(rows: Iterable[tuple[Any, ...]]) -> list[dict[str, str]]:
    pks = dict(rows)
    pupils = Pupil.objects.in_bulk(pks)
    return [
        {
            "name": pupils[pk].list_name,
            "sentence": _("Attends another school since (%(uai)s).") % {"uai": pks[pk]},
        }
        for pk in pks
    ]


def _refresh_search_keys(pks: Iterable[int]) -> None:
    pupils = list(Pupil.objects.filter(pk__in=list(pks)))
    for pupil in pupils:
        pupil.search_key = search_key(pupil.family_name, pupil.usage_name, pupil.given_name)[:320]
    Pupil.objects.bulk_update(pupils, ["search_key"])


# One line a row and column: what it was before the import, and what the import left.
_FOLD = """
CREATE TEMP TABLE IF NOT EXISTS undone_value (
    name text NOT NULL, row_id bigint NOT NULL, col text NOT NULL, before jsonb, after jsonb
) ON COMMIT DROP;
CREATE TEMP TABLE IF NOT EXISTS undone_event (
    enrolment_id bigint NOT NULL, pupil_id bigint NOT NULL, kind text NOT NULL
) ON COMMIT DROP;
TRUNCATE undone_value, undone_event;
INSERT INTO undone_value (name, row_id, col, before, after)
SELECT DISTINCT v."table", v.row_id, c.key,
       first_value(v.before -> c.key) OVER first_first, first_value(v.after -> c.key) OVER last_first
FROM schools_importvalue v CROSS JOIN LATERAL jsonb_each(v.before) AS c
WHERE v.enrolment_import_id = %(import)s
WINDOW first_first AS (PARTITION BY v."table", v.row_id, c.key ORDER BY v.id),
       last_first AS (PARTITION BY v."table", v.row_id, c.key ORDER BY v.id DESC);
DELETE FROM undone_value WHERE before = after
"""

_CLOSE_ARRIVALS = """
WITH closed AS (
    UPDATE schools_enrolment e
    SET state = 'left', left_on = GREATEST(e.entered_on, %(on)s), exit_reason = %(reverted)s, absences_count = 0
    FROM schools_enrolmentchange c
    WHERE c.enrolment_import_id = %(import)s AND c.enrolment_id = e.id AND c.kind IN ('arrived', 'moved')
      AND e.school_id = %(school)s AND e.state = 'active' AND e.pupil_id <> ALL (%(spared)s)
      AND NOT EXISTS (SELECT 1 FROM undone_value v WHERE v.name = 'enrolment' AND v.row_id = e.id AND v.col = 'state')
    RETURNING e.id, e.pupil_id
)
INSERT INTO undone_event SELECT id, pupil_id, 'left' FROM closed RETURNING enrolment_id
"""


def _was(column: str, kind: str) -> str:
    return f"(SELECT v.before #>> '{{}}' FROM undone_value v WHERE v.name = 'enrolment' AND v.row_id = e.id AND v.col = '{column}')::{kind}"  # noqa: S608, E501 - made of this module's own words


_STATE = """
JOIN schools_enrolment e ON e.id = s.row_id AND to_jsonb(e.state) = s.after AND e.pupil_id <> ALL (%(spared)s)
"""

_CLOSE_RETURNED = f"""
WITH closed AS (
    UPDATE schools_enrolment e
    SET state = 'left', left_on = {_was("left_on", "date")}, exit_reason = COALESCE({_was("exit_reason", "text")}, ''),
        absences_count = COALESCE({_was("absences_count", "int")}, e.absences_count)
    FROM undone_value s
    WHERE s.name = 'enrolment' AND s.col = 'state' AND s.before = '"left"' AND s.row_id = e.id
      AND e.state = 'active' AND e.pupil_id <> ALL (%(spared)s)
    RETURNING e.id, e.pupil_id
)
INSERT INTO undone_event SELECT id, pupil_id, 'left' FROM closed RETURNING enrolment_id
"""  # noqa: S608

_ELSEWHERE = f"""
SELECT e.pupil_id, min(school.uai)
FROM undone_value s {_STATE}
JOIN schools_enrolment o ON o.pupil_id = e.pupil_id AND o.campaign_id = e.campaign_id AND o.state = 'active'
JOIN schools_school school ON school.id = o.school_id
WHERE s.name = 'enrolment' AND s.col = 'state' AND s.before = '"active"' AND e.state = 'left'
GROUP BY e.pupil_id
"""  # noqa: S608

_REOPEN_LEAVERS = f"""
WITH opened AS (
    UPDATE schools_enrolment e
    SET state = 'active', left_on = NULL, exit_reason = COALESCE({_was("exit_reason", "text")}, ''),
        absences_count = COALESCE({_was("absences_count", "int")}, e.absences_count)
    FROM undone_value s
    WHERE s.name = 'enrolment' AND s.col = 'state' AND s.before = '"active"' AND s.row_id = e.id
      AND e.state = 'left' AND e.pupil_id <> ALL (%(spared)s)
      AND NOT EXISTS (
          SELECT 1 FROM schools_enrolment o
          WHERE o.pupil_id = e.pupil_id AND o.campaign_id = e.campaign_id AND o.state = 'active'
      )
    RETURNING e.id, e.pupil_id
)
INSERT INTO undone_event SELECT id, pupil_id, 'returned' FROM opened RETURNING enrolment_id
"""  # noqa: S608

_PUT_ABSENCES_BACK = """
UPDATE schools_enrolment e SET absences_count = (s.before #>> '{}')::int
FROM undone_value s
WHERE s.name = 'enrolment' AND s.col = 'absences_count' AND s.row_id = e.id AND e.state = 'active'
  AND to_jsonb(e.absences_count) = s.after AND e.pupil_id <> ALL (%(spared)s)
RETURNING e.id
"""

_SPARED = {
    "enrolment": "t.pupil_id <> ALL (%(spared)s)",
    "pupil": "t.id <> ALL (%(spared)s)",
    "guardian": "true",
    "guardianship": "t.pupil_id <> ALL (%(spared)s)",
}

_FREE_NUMBER = "NOT EXISTS (SELECT 1 FROM schools_pupil other WHERE to_jsonb(other.ine) = s.before)"

_PUT_BACK = """
UPDATE schools_{table} t
SET {column} = (jsonb_populate_record(NULL::schools_{table}, jsonb_build_object('{column}', s.before))).{column}
FROM undone_value s
WHERE s.name = %(name)s AND s.col = %(col)s AND s.row_id = t.id
  AND to_jsonb(t) -> '{column}' IS NOT DISTINCT FROM s.after AND {spared} AND {free}
RETURNING t.id
"""

_CHANGED_AGAIN = """
SELECT t.id FROM undone_value s JOIN schools_{table} t ON t.id = s.row_id
WHERE s.name = %(name)s AND s.col = %(col)s AND {spared}
  AND to_jsonb(t) -> '{column}' IS DISTINCT FROM s.before ORDER BY t.id
"""

_END_NEW_LINKS = """
UPDATE schools_guardianship ship SET ended_on = %(on)s
FROM schools_guardian g
WHERE g.id = ship.guardian_id AND g.source = %(source)s AND g.scope = %(uai)s
  AND ship.id > %(links)s AND ship.ended_on IS NULL AND ship.pupil_id <> ALL (%(spared)s)
RETURNING ship.id
"""

# A transfer undone is a move back; the rest left or came back.
_WRITE_MOVES = """
INSERT INTO schools_enrolmentchange (enrolment_id, kind, "on", details, created_at)
SELECT one.enrolment_id, CASE WHEN other.enrolment_id IS NULL THEN one.kind ELSE 'moved' END, %(on)s,
       jsonb_strip_nulls(jsonb_build_object('reverted_import', %(import)s, 'from_enrolment', other.enrolment_id,
                                            'from_uai', school.uai,
                                            'reason', CASE WHEN one.kind = 'left' THEN %(reverted)s::text END)),
       %(at)s
FROM undone_event one
LEFT JOIN undone_event other ON other.pupil_id = one.pupil_id AND other.kind = 'left' AND one.kind = 'returned'
LEFT JOIN schools_enrolment e ON e.id = other.enrolment_id LEFT JOIN schools_school school ON school.id = e.school_id
WHERE one.kind = 'returned'
   OR NOT EXISTS (SELECT 1 FROM undone_event back WHERE back.pupil_id = one.pupil_id AND back.kind = 'returned')
ORDER BY one.enrolment_id
"""

_WRITE_CHANGED = """
INSERT INTO schools_enrolmentchange (enrolment_id, kind, "on", details, created_at)
SELECT e.id, 'changed', %(on)s,
       jsonb_build_object('fields', jsonb_agg(DISTINCT touched.field), 'reverted_import', %(import)s), %(at)s
FROM (
    SELECT row_id AS enrolment_id, NULL::bigint AS pupil_id, col AS field FROM undone_value
    WHERE name = 'enrolment' AND col NOT IN ('state', 'left_on', 'exit_reason', 'absences_count')
    UNION ALL SELECT NULL, row_id, col FROM undone_value WHERE name = 'pupil' AND col <> 'former_ines'
    UNION ALL SELECT NULL, ship.pupil_id, 'guardians' FROM undone_value v
    JOIN schools_guardianship ship ON ship.guardian_id = v.row_id AND ship.ended_on IS NULL WHERE v.name = 'guardian'
    UNION ALL SELECT NULL, ship.pupil_id, 'guardianships' FROM schools_guardianship ship
    WHERE ship.id IN (SELECT row_id FROM undone_value WHERE name = 'guardianship')
       OR (ship.id > %(links)s AND ship.ended_on = %(on)s)
) AS touched
JOIN schools_enrolment e ON e.id = touched.enrolment_id OR e.pupil_id = touched.pupil_id
WHERE e.campaign_id = %(campaign)s AND e.state = 'active' AND e.pupil_id <> ALL (%(spared)s)
  AND e.id NOT IN (SELECT enrolment_id FROM undone_event)
GROUP BY e.id ORDER BY e.id
"""
