"""Brings pupils and guardians up to date. Only the school that enrols a pupil says who the pupil is and who answers.

A value we know is never blanked by a file that leaves it out, nor replaced by a name that lost letters on the way.
"""

from __future__ import annotations

from schools.imports.context import SchoolRun
from schools.imports.report import Counts
from schools.models import Pupil
from schools.search import search_key


def apply_pupils(school_run: SchoolRun, counts: Counts) -> None:
    """Names, numbers and addresses of the pupils enrolled here."""
    school_run.execute(_NOTE_PUPIL_FIELDS)
    changed = [pk for (pk,) in school_run.rows(_UPDATE_PUPILS)]
    counts.changes += len(changed)
    _refresh_search_keys(changed)


def apply_guardians(school_run: SchoolRun, counts: Counts) -> None:
    """Guardians of the pupils enrolled here; a pupil the file links to nobody keeps theirs."""
    if not school_run.has_guardians:
        return
    school_run.execute(_NOTE_CHANGED_GUARDIANS)
    counts.changes += school_run.execute(_UPDATE_GUARDIANS)
    school_run.execute(_INSERT_GUARDIANS)
    school_run.execute(_NOTE_CHANGED_LINKS)
    school_run.execute(_END_LINKS)
    school_run.execute(_UPSERT_LINKS)
    counts.changes += school_run.value(_COUNT_RELINKED)


def _refresh_search_keys(pupil_ids: list[int]) -> None:
    pupils = list(
        Pupil.objects.filter(pk__in=pupil_ids).only("family_name", "usage_name", "given_name", "search_key")
    )
    for pupil in pupils:
        pupil.search_key = search_key(pupil.family_name, pupil.usage_name, pupil.given_name)[:320]
    Pupil.objects.bulk_update(pupils, ["search_key"])


_ENROLLED_HERE = (
    "e.pupil_id = s.pupil_id AND e.school_id = %(school)s"
    " AND e.campaign_id = %(campaign)s AND e.state = 'active'"
)


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
SELECT e.id, field
FROM staged_pupil s JOIN schools_pupil p ON p.id = s.pupil_id JOIN schools_enrolment e ON {_ENROLLED_HERE}
CROSS JOIN {_changed_fields("p", _PUPIL_VALUES)} AS field
WHERE s.is_usable AND NOT s.is_new AND field IS NOT NULL AND field <> 'former_ines'
"""  # noqa: S608 - made of this module's own words, here and below

_UPDATE_PUPILS = f"""
UPDATE schools_pupil p SET {_sets(_PUPIL_VALUES)}
FROM staged_pupil s JOIN schools_enrolment e ON {_ENROLLED_HERE}
WHERE p.id = s.pupil_id AND s.is_usable AND NOT s.is_new AND {_differs("p", _PUPIL_VALUES)}
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

# The links that count: those of pupils enrolled here.
_LINKS = f"""
    SELECT s.pupil_id, e.id AS enrolment_id, g.id AS guardian_id, link.level, link.kinship, link.rank
    FROM staged_link link
    JOIN staged_pupil s ON s.source_id = link.pupil_source_id AND s.is_usable
    JOIN schools_enrolment e ON {_ENROLLED_HERE}
    JOIN schools_guardian g
      ON g.source = %(source)s AND g.scope = %(uai)s AND g.identifier = link.guardian_source_id
"""  # noqa: S608

_NOTE_CHANGED_GUARDIANS = f"""
INSERT INTO staged_change (enrolment_id, field)
SELECT DISTINCT e.id, 'guardians'
FROM staged_guardian s JOIN schools_guardian p ON {_SAME_GUARDIAN}
JOIN schools_guardianship link ON link.guardian_id = p.id AND link.ended_on IS NULL
JOIN schools_enrolment e ON e.pupil_id = link.pupil_id AND e.school_id = %(school)s
  AND e.campaign_id = %(campaign)s AND e.state = 'active'
WHERE {_differs("p", _GUARDIAN_VALUES)}
"""  # noqa: S608

_UPDATE_GUARDIANS = f"""
UPDATE schools_guardian p SET {_sets(_GUARDIAN_VALUES)} FROM staged_guardian s
WHERE {_SAME_GUARDIAN} AND {_differs("p", _GUARDIAN_VALUES)}
"""  # noqa: S608

_INSERT_GUARDIANS = f"""
INSERT INTO schools_guardian (public_id, source, scope, identifier, title, family_name, usage_name, given_name, email,
                              phone, address)
SELECT gen_random_uuid(), %(source)s, %(uai)s, person.source_id, person.title, person.family_name, person.usage_name,
       person.given_name, person.email, person.phone, ''
FROM staged_guardian person
WHERE EXISTS (
    SELECT 1 FROM staged_link link
    JOIN staged_pupil s ON s.source_id = link.pupil_source_id AND s.is_usable
    JOIN schools_enrolment e ON {_ENROLLED_HERE}
    WHERE link.guardian_source_id = person.source_id
)
ON CONFLICT (source, scope, identifier) DO NOTHING
"""  # noqa: S608

_NOTE_CHANGED_LINKS = f"""
INSERT INTO staged_change (enrolment_id, field)
WITH listed AS ({_LINKS}), current AS (
    SELECT ship.pupil_id, ship.guardian_id, ship.level, ship.kinship, ship.rank FROM schools_guardianship ship
    WHERE ship.ended_on IS NULL AND ship.pupil_id IN (SELECT pupil_id FROM listed)
), enrolled AS (SELECT DISTINCT pupil_id, enrolment_id FROM listed)
SELECT DISTINCT enrolled.enrolment_id, 'guardianships'
FROM enrolled JOIN (
    (SELECT pupil_id, guardian_id, level, kinship, rank FROM listed EXCEPT TABLE current)
    UNION ALL
    (TABLE current EXCEPT SELECT pupil_id, guardian_id, level, kinship, rank FROM listed)
) AS difference USING (pupil_id)
"""  # noqa: S608

_END_LINKS = f"""
WITH listed AS ({_LINKS})
UPDATE schools_guardianship ship SET ended_on = %(on)s
WHERE ship.ended_on IS NULL AND ship.pupil_id IN (SELECT pupil_id FROM listed)
  AND NOT EXISTS (
      SELECT 1 FROM listed WHERE listed.pupil_id = ship.pupil_id AND listed.guardian_id = ship.guardian_id
  )
"""  # noqa: S608

_UPSERT_LINKS = f"""
INSERT INTO schools_guardianship (pupil_id, guardian_id, level, kinship, rank)
SELECT pupil_id, guardian_id, level, kinship, rank FROM ({_LINKS}) AS listed
ON CONFLICT (pupil_id, guardian_id) DO UPDATE
SET level = EXCLUDED.level, kinship = EXCLUDED.kinship, rank = EXCLUDED.rank, ended_on = NULL
WHERE (schools_guardianship.level, schools_guardianship.kinship, schools_guardianship.rank,
       schools_guardianship.ended_on) IS DISTINCT FROM (EXCLUDED.level, EXCLUDED.kinship, EXCLUDED.rank, NULL)
"""  # noqa: S608

_COUNT_RELINKED = """
SELECT count(DISTINCT enrolment_id) FROM staged_change
WHERE field = 'guardianships' AND enrolment_id NOT IN (SELECT enrolment_id FROM staged_event)
"""
