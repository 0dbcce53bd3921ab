"""Which pupil is each staged row of? The INE in any of its forms, else the number the school's base knew them by."""

from __future__ import annotations

from core.findings import Finding
from schools.imports.context import SchoolRun
from schools.sources import catalogue


INE_SOURCE = "ine"
"""The alias source under which former INEs are kept, so that a pupil whose number changed is found again."""


def match_pupils(school_run: SchoolRun) -> list[Finding]:
    """Name the pupil of each staged row, if we know them; returns rows that cannot be used.

    An INE typed for somebody else must not turn one pupil into another; two rows may also be of one pupil.
    """
    strangers, twins = [], []
    by_ine = school_run.execute(_BY_INE, ine_source=INE_SOURCE)
    if by_ine:
        strangers = [
            catalogue.INE_OF_ANOTHER.at(_place(*row)) for row in school_run.rows(_SET_STRANGERS_ASIDE)
        ]
    if by_ine + school_run.execute(_BY_ALIAS):
        school_run.known.pupils = school_run.value(_COUNT_MATCHED)
        twins = [catalogue.SAME_PUPIL.at(_place(*row)) for row in school_run.rows(_SET_TWINS_ASIDE)]
    return strangers + twins


def create_pupils(school_run: SchoolRun) -> list[Finding]:
    """Insert the pupils nobody knows yet who attend the school; the others wait until they do.

    Returns the newcomers who bear the names and birth date of a pupil known by another number: a person decides.
    """
    twins: list[Finding] = []
    school_run.known.newcomers = school_run.execute(_INSERT_PUPILS)
    if school_run.known.newcomers:
        twins = [catalogue.POSSIBLE_TWIN.at(_place(*row)) for row in school_run.rows(_TWINS)]
    school_run.later(_KEEP_ALIASES if school_run.known.aliases else _KEEP_FIRST_ALIASES)
    return twins


def keep_former_ines(school_run: SchoolRun) -> None:
    """The numbers a pupil was known by, and the one about to be replaced by the school that enrols the pupil.

    A school that has no say, and still writes the old number, says nothing of the one in force.
    """
    if school_run.known.pupils or school_run.has_former_ines:
        school_run.execute(_KEEP_FORMER_INES, ine_source=INE_SOURCE)


def _place(family_name: str, given_name: str, number: str) -> str:
    return f"{family_name} {given_name} ({number})"


_BY_INE = """
UPDATE staged_pupil s SET pupil_id = found.pupil_id
FROM (
    SELECT DISTINCT ON (row_no) row_no, pupil_id
    FROM (
        SELECT s.row_no, p.id AS pupil_id, (p.ine = s.ine) AS is_current
        FROM staged_pupil s CROSS JOIN unnest(s.ines) AS number JOIN schools_pupil p ON p.ine = number
        UNION ALL
        SELECT s.row_no, a.pupil_id, false
        FROM staged_pupil s CROSS JOIN unnest(s.ines) AS number
        JOIN schools_pupilalias a ON a.source = %(ine_source)s AND a.scope = '' AND a.identifier = number
    ) AS candidates
    ORDER BY row_no, is_current DESC, pupil_id
) AS found
WHERE found.row_no = s.row_no
"""

_SET_STRANGERS_ASIDE = """
UPDATE staged_pupil s SET is_usable = false, pupil_id = NULL
FROM schools_pupil p
WHERE p.id = s.pupil_id AND s.is_usable AND NOT s.is_damaged AND p.birth_on <> s.birth_on
  AND unaccent(lower(p.given_name)) <> unaccent(lower(s.given_name))
  AND NOT ARRAY[unaccent(lower(p.family_name)), unaccent(lower(p.usage_name))]
       && array_remove(ARRAY[unaccent(lower(s.family_name)), unaccent(lower(s.usage_name))], '')
RETURNING s.family_name, s.given_name, COALESCE(NULLIF(s.ine, ''), s.source_id)
"""

# A base may give a number to somebody else one day: the birth date must agree, and the name or one of the numbers too.
# A row set aside only serves to say « seen »: there the base's own number is surer than an INE typed twice.
_BY_ALIAS = """
UPDATE staged_pupil s SET pupil_id = p.id
FROM schools_pupilalias a JOIN schools_pupil p ON p.id = a.pupil_id
WHERE (s.pupil_id IS NULL OR NOT s.is_usable)
  AND a.source = %(source)s AND a.scope = %(uai)s AND a.identifier = s.source_id
  AND (NOT s.is_usable
       OR (p.birth_on = s.birth_on AND (p.search_key = s.search_key OR p.ine IS NULL OR s.ine = '' OR s.is_damaged
                                        OR p.given_name = s.given_name))
       OR (p.search_key = s.search_key AND (p.ine IS NULL OR s.ine = '')))
"""

_COUNT_MATCHED = "SELECT count(*) FROM staged_pupil WHERE pupil_id IS NOT NULL"

_SET_TWINS_ASIDE = """
UPDATE staged_pupil s SET is_usable = false
WHERE s.is_usable AND s.pupil_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM staged_pupil first
    WHERE first.is_usable AND first.pupil_id = s.pupil_id AND first.row_no <> s.row_no
      AND (NOT first.is_schooled, first.row_no) < (NOT s.is_schooled, s.row_no)
)
RETURNING s.family_name, s.given_name, COALESCE(NULLIF(s.ine, ''), s.source_id)
"""

# Nobody's enrolment stands in the way of a newcomer's: it will be opened, and has its number too.
_INSERT_PUPILS = """
WITH newcomer AS (
    UPDATE staged_pupil
    SET is_new = true, pupil_id = nextval((SELECT pg_get_serial_sequence('schools_pupil', 'id')::regclass)),
        enrolment_id = nextval((SELECT pg_get_serial_sequence('schools_enrolment', 'id')::regclass))
    WHERE is_usable AND is_schooled AND pupil_id IS NULL
    RETURNING *
)
INSERT INTO schools_pupil (id, public_id, ine, former_ines, family_name, usage_name, given_name, birth_on, email,
                           phone, search_key, created_at)
SELECT pupil_id, public_id, NULLIF(ine, ''), to_jsonb(array_remove(ines, ine)), family_name, usage_name,
       given_name, birth_on, email, phone, search_key, %(at)s
FROM newcomer
"""

# Behind the school's lock nobody else numbers its pupils; of two rows that bear one number neither is usable.
_KEEP_FIRST_ALIASES = """
INSERT INTO schools_pupilalias (pupil_id, source, scope, identifier)
SELECT pupil_id, %(source)s, %(uai)s, source_id FROM staged_pupil s
WHERE is_usable AND pupil_id IS NOT NULL
"""

_KEEP_ALIASES = f"""
{_KEEP_FIRST_ALIASES} AND NOT EXISTS (
    SELECT 1 FROM schools_pupilalias a WHERE a.source = %(source)s AND a.scope = %(uai)s
    AND a.identifier = s.source_id AND a.pupil_id = s.pupil_id
)
ON CONFLICT (source, scope, identifier) DO UPDATE SET pupil_id = EXCLUDED.pupil_id
WHERE schools_pupilalias.pupil_id <> EXCLUDED.pupil_id
"""  # noqa: S608 - made of this module's own words

_KEEP_FORMER_INES = """
INSERT INTO schools_pupilalias (pupil_id, source, scope, identifier)
SELECT DISTINCT ON (number) s.pupil_id, %(ine_source)s, '', number
FROM staged_pupil s JOIN schools_pupil p ON p.id = s.pupil_id
CROSS JOIN unnest(s.ines || p.ine::text) AS number
WHERE s.is_usable AND s.ine <> '' AND number IS NOT NULL AND number <> s.ine
  AND (s.enrolment_id IS NOT NULL OR p.ine IS DISTINCT FROM number)
ORDER BY number, s.row_no
ON CONFLICT (source, scope, identifier) DO NOTHING
"""

_TWINS = """
SELECT DISTINCT s.family_name, s.given_name, COALESCE(NULLIF(s.ine, ''), s.source_id)
FROM staged_pupil s
JOIN schools_pupil p ON p.birth_on = s.birth_on AND p.search_key = s.search_key AND p.id <> s.pupil_id
WHERE s.is_new
"""
