"""Brings pupils and guardians up to date. Only the school that enrols a pupil says who the pupil is and who answers.

A value we know is never blanked by a file that leaves it out, nor replaced by a name that lost letters on the way.
"""

from __future__ import annotations

from schools.imports.context import SchoolRun
from schools.imports.matching import keep_former_ines
from schools.imports.report import Counts
from schools.models import Pupil
from schools.search import search_key


def apply_pupils(school_run: SchoolRun, counts: Counts) -> None:
    """Names, numbers and addresses of the pupils enrolled here."""
    if not school_run.known.nobody:
        school_run.execute(_NAME_ENROLMENTS)
    keep_former_ines(school_run)
    if school_run.known.nobody:
        return
    school_run.execute(_NOTE_PUPIL_FIELDS)
    changed = [pk for (pk,) in school_run.rows(_UPDATE_PUPILS)]
    counts.changes += len(changed)
    _refresh_search_keys(changed)


def apply_guardians(school_run: SchoolRun, counts: Counts) -> None:
    """Guardians of the pupils enrolled here; a pupil the file links to nobody keeps theirs."""
    if not school_run.has_guardians:
        return
    if school_run.known.guardians:
        school_run.execute(_NOTE_CHANGED_GUARDIANS)
        counts.changes += school_run.execute(_UPDATE_GUARDIANS)
    school_run.later(_INSERT_GUARDIANS if school_run.known.guardians else _INSERT_FIRST_GUARDIANS)
    school_run.later(_STAGE_SHIPS)
    if school_run.known.nobody:
        school_run.later(_INSERT_LINKS)
        return
    if school_run.execute(_NOTE_CHANGED_LINKS):
        school_run.execute(_END_LINKS)
        counts.changes += school_run.value(_COUNT_RELINKED)
    school_run.later(_UPSERT_LINKS)


def _refresh_search_keys(pupil_ids: list[int]) -> None:
    pupils = list(
        Pupil.objects.filter(pk__in=pupil_ids).only("family_name", "usage_name", "given_name", "search_key")
    )
    for pupil in pupils:
        pupil.search_key = search_key(pupil.family_name, pupil.usage_name, pupil.given_name)[:320]
    Pupil.objects.bulk_update(pupils, ["search_key"])


# The enrolment of each staged pupil in this school, once enrolments are settled; none, and the file has no say. Those
# of newcomers are numbered with them.
_NAME_ENROLMENTS = """
UPDATE staged_pupil s SET enrolment_id = e.id FROM schools_enrolment e
WHERE e.pupil_id = s.pupil_id AND s.is_usable AND s.enrolment_id IS NULL AND e.school_id = %(school)s
  AND e.campaign_id = %(campaign)s AND e.state = 'active'
"""


def _known(column: str) -> str:
    return f"COALESCE(NULLIF(s.{column}, ''), p.{column})"


def _undamaged(column: str) -> str:
    return f"CASE WHEN s.is_damaged AND p.{column} <> '' THEN p.{column} ELSE {_known(column)} END"


_PUPIL_VALUES = {
    "ine": "COALESCE(NULLIF(s.ine, ''), p.ine)",
    "former_ines": "p.former_ines || to_jsonb(ARRAY(SELECT DISTINCT n FROM unnest(s.ines || p.ine::text) AS n"
    " WHERE s.ine <> '' AND n IS NOT NULL AND n <> s.ine AND NOT p.former_ines ? n))",
    "family_name": _undamaged("family_name"),
    "usage_name": _undamaged("usage_name"),
    "given_name": _undamaged("given_name"),
    "birth_on": "COALESCE(s.birth_on, p.birth_on)",
    "email": _known("email"),
    "phone": _known("phone"),
}


def _changed_fields(alias: str, values: dict[str, str]) -> str:
    cases = (
        f"CASE WHEN {alias}.{column} IS DISTINCT FROM {value} THEN '{column}' END"
        for column, value in values.items()
    )
    return f"unnest(ARRAY[{', '.join(cases)}])"


def _sets(values: dict[str, str]) -> str:
    return ", ".join(f"{column} = {value}" for column, value in values.items())


def _differs(alias: str, values: dict[str, str]) -> str:
    old = ", ".join(f"{alias}.{column}" for column in values)
    return f"({old}) IS DISTINCT FROM ({', '.join(values.values())})"


_NOTE_PUPIL_FIELDS = f"""
INSERT INTO staged_change (enrolment_id, field)
SELECT s.enrolment_id, field
FROM staged_pupil s JOIN schools_pupil p ON p.id = s.pupil_id CROSS JOIN {_changed_fields("p", _PUPIL_VALUES)} AS field
WHERE s.enrolment_id IS NOT NULL AND NOT s.is_new AND field IS NOT NULL AND field <> 'former_ines'
"""  # noqa: S608 - made of this module's own words, here and below

_UPDATE_PUPILS = f"""
UPDATE schools_pupil p SET {_sets(_PUPIL_VALUES)} FROM staged_pupil s
WHERE p.id = s.pupil_id AND s.enrolment_id IS NOT NULL AND NOT s.is_new AND {_differs("p", _PUPIL_VALUES)}
RETURNING p.id
"""  # noqa: S608

_GUARDIAN_VALUES = {
    "title": _known("title"),
    "family_name": _undamaged("family_name"),
    "usage_name": _undamaged("usage_name"),
    "given_name": _undamaged("given_name"),
    "email": _known("email"),
    "phone": _known("phone"),
}
_SAME_GUARDIAN = "p.source = %(source)s AND p.scope = %(uai)s AND p.identifier = s.source_id"

_NOTE_CHANGED_GUARDIANS = f"""
INSERT INTO staged_change (enrolment_id, field)
SELECT DISTINCT e.enrolment_id, 'guardians'
FROM staged_guardian s JOIN schools_guardian p ON {_SAME_GUARDIAN}
JOIN schools_guardianship link ON link.guardian_id = p.id AND link.ended_on IS NULL
JOIN staged_pupil e ON e.pupil_id = link.pupil_id AND e.enrolment_id IS NOT NULL
WHERE {_differs("p", _GUARDIAN_VALUES)}
"""  # noqa: S608

_UPDATE_GUARDIANS = f"""
UPDATE schools_guardian p SET {_sets(_GUARDIAN_VALUES)} FROM staged_guardian s
WHERE {_SAME_GUARDIAN} AND {_differs("p", _GUARDIAN_VALUES)}
"""  # noqa: S608

# Behind the school's lock nobody else gives this school guardians, nor pupils just made links: where there were none
# nothing can be there already, and PostgreSQL inserts a third faster when it need not look twice.
_INSERT_FIRST_GUARDIANS = """
INSERT INTO schools_guardian (public_id, source, scope, identifier, title, family_name, usage_name, given_name, email,
                              phone, address)
SELECT person.public_id, %(source)s, %(uai)s, person.source_id, person.title, person.family_name, person.usage_name,
       person.given_name, person.email, person.phone, ''
FROM staged_guardian person
WHERE EXISTS (
    SELECT 1 FROM staged_link link JOIN staged_pupil s ON s.source_id = link.pupil_source_id
    WHERE link.guardian_source_id = person.source_id AND s.enrolment_id IS NOT NULL
)
"""

_INSERT_GUARDIANS = f"""
{_INSERT_FIRST_GUARDIANS} AND NOT EXISTS (
    SELECT 1 FROM schools_guardian g
    WHERE g.source = %(source)s AND g.scope = %(uai)s AND g.identifier = person.source_id
)
ON CONFLICT (source, scope, identifier) DO NOTHING
"""  # noqa: S608

# Links are given their pupils first, apart: when a region has many guardians PostgreSQL takes those of a school for one
# row, and would then read the whole of the staged pupils again for each link.
_STAGE_SHIPS = """
WITH listed AS MATERIALIZED (
    SELECT s.pupil_id, link.guardian_source_id, s.enrolment_id, link.level, link.kinship, link.rank
    FROM staged_link link
    JOIN staged_pupil s ON s.source_id = link.pupil_source_id AND s.enrolment_id IS NOT NULL
)
INSERT INTO staged_ship (pupil_id, guardian_id, enrolment_id, level, kinship, rank)
SELECT listed.pupil_id, g.id, listed.enrolment_id, listed.level, listed.kinship, listed.rank
FROM listed JOIN schools_guardian g
  ON g.source = %(source)s AND g.scope = %(uai)s AND g.identifier = listed.guardian_source_id
"""

_NOTE_CHANGED_LINKS = """
INSERT INTO staged_change (enrolment_id, field)
WITH pupils AS (SELECT DISTINCT pupil_id, enrolment_id FROM staged_ship), current AS (
    SELECT pupil_id, guardian_id, level::int, kinship::text, rank::int
    FROM schools_guardianship JOIN pupils USING (pupil_id) WHERE ended_on IS NULL
), listed AS (SELECT pupil_id, guardian_id, level, kinship, rank FROM staged_ship)
SELECT DISTINCT pupils.enrolment_id, 'guardianships'
FROM pupils JOIN (
    (TABLE listed EXCEPT TABLE current) UNION ALL (TABLE current EXCEPT TABLE listed)
) AS difference USING (pupil_id)
"""

_END_LINKS = """
UPDATE schools_guardianship ship SET ended_on = %(on)s
FROM (SELECT DISTINCT pupil_id FROM staged_ship) AS pupils
WHERE ship.pupil_id = pupils.pupil_id AND ship.ended_on IS NULL
  AND NOT EXISTS (
      SELECT 1 FROM staged_ship listed
      WHERE listed.pupil_id = ship.pupil_id AND listed.guardian_id = ship.guardian_id
  )
"""

_INSERT_LINKS = """
INSERT INTO schools_guardianship (pupil_id, guardian_id, level, kinship, rank)
SELECT pupil_id, guardian_id, level, kinship, rank FROM staged_ship
"""

_UPSERT_LINKS = f"""
{_INSERT_LINKS}
ON CONFLICT (pupil_id, guardian_id) DO UPDATE
SET level = EXCLUDED.level, kinship = EXCLUDED.kinship, rank = EXCLUDED.rank, ended_on = NULL
WHERE (schools_guardianship.level, schools_guardianship.kinship, schools_guardianship.rank,
       schools_guardianship.ended_on) IS DISTINCT FROM (EXCLUDED.level, EXCLUDED.kinship, EXCLUDED.rank, NULL)
"""

_COUNT_RELINKED = """
SELECT count(DISTINCT enrolment_id) FROM staged_change
WHERE field = 'guardianships' AND enrolment_id NOT IN (SELECT enrolment_id FROM staged_event)
"""
