"""A school's roll → temporary tables, by COPY. Nothing of the base is touched yet."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db import connection

from schools.models import Enrolment, Guardian, Guardianship, Pupil
from schools.search import search_key
from schools.sources.checks import is_damaged, is_email
from schools.sources.rows import CONTACT, SCHOOL_STATUS, GuardianRow, LinkRow, PupilRow, Roll


SELF_KINSHIP = "70"
_TABLES = """
CREATE TEMP TABLE IF NOT EXISTS staged_pupil (
    row_no int PRIMARY KEY, source_id text NOT NULL, ine text NOT NULL, ines text[] NOT NULL,
    family_name text NOT NULL, usage_name text NOT NULL, given_name text NOT NULL, search_key text NOT NULL,
    birth_on date, email text NOT NULL, phone text NOT NULL,
    study_code text NOT NULL, study_label text NOT NULL, level text NOT NULL, class_code text NOT NULL,
    status text NOT NULL, is_repeater bool NOT NULL, previous_study_code text NOT NULL,
    previous_school_uai text NOT NULL, entered_on date, exit_on date, exit_reason text NOT NULL,
    is_schooled bool NOT NULL, has_left bool NOT NULL, is_damaged bool NOT NULL, is_usable bool NOT NULL,
    pupil_id bigint, is_new bool NOT NULL DEFAULT false, enrolment_id bigint
) ON COMMIT DELETE ROWS;
CREATE INDEX IF NOT EXISTS staged_pupil_by_pupil ON staged_pupil (pupil_id);
CREATE TEMP TABLE IF NOT EXISTS staged_guardian (
    source_id text PRIMARY KEY, title text NOT NULL, family_name text NOT NULL, usage_name text NOT NULL,
    given_name text NOT NULL, email text NOT NULL, phone text NOT NULL, is_damaged bool NOT NULL,
    guardian_id bigint
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_link (
    pupil_source_id text NOT NULL, guardian_source_id text NOT NULL, level int NOT NULL, kinship text NOT NULL,
    rank int NOT NULL, PRIMARY KEY (pupil_source_id, guardian_source_id)
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_ship (
    pupil_id bigint NOT NULL, guardian_id bigint NOT NULL, enrolment_id bigint NOT NULL, level int NOT NULL,
    kinship text NOT NULL, rank int NOT NULL, PRIMARY KEY (pupil_id, guardian_id)
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_change (
    enrolment_id bigint NOT NULL, field text NOT NULL
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_event (
    enrolment_id bigint NOT NULL, kind text NOT NULL, happened_on date NOT NULL, details jsonb NOT NULL
) ON COMMIT DELETE ROWS;
TRUNCATE staged_pupil, staged_guardian, staged_link, staged_ship, staged_change, staged_event;
"""


def stage(roll: Roll, *, unusable: set[str], on: date) -> None:
    """Fill the temporary tables; `unusable` are the ELEVE_ID of rows set aside, kept only as « seen »."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        labels = {study.mef: study.label for study in roll.studies}
        emails = _own_emails(roll)
        pupils = (
            _pupil_record(
                number, pupil, labels, emails.get(pupil.source_id, ""), pupil.source_id not in unusable, on
            )
            for number, pupil in enumerate(roll.pupils)
        )
        links = list(_link_records(roll))
        needed = {link["guardian_source_id"] for link in links}
        _copy(cursor, "staged_pupil", pupils)
        _copy(cursor, "staged_guardian", _guardian_records(roll, needed))
        _copy(cursor, "staged_link", links)
        cursor.execute("ANALYZE staged_pupil; ANALYZE staged_guardian; ANALYZE staged_link;")


_NULLABLE = {"birth_on", "entered_on", "exit_on"}
_WIDTHS = {
    field.name: field.max_length
    for model in (Guardianship, Guardian, Enrolment, Pupil)
    for field in model._meta.concrete_fields
    if field.max_length
}


def _cut(text: str, field: str) -> str:
    """No hostile or careless value is longer than its column."""
    return text[: _WIDTHS[field]]


def _names(row: PupilRow | GuardianRow) -> dict[str, Any]:
    names = {
        "family_name": _cut(row.family_name, "family_name"),
        "usage_name": _cut(row.usage_name, "usage_name"),
        "given_name": _cut(row.given_name, "given_name"),
    }
    return {**names, "is_damaged": is_damaged(*names.values())}


def _pupil_record(
    number: int, pupil: PupilRow, labels: dict[str, str], own_email: str, is_usable: bool, on: date
) -> dict[str, Any]:
    names = _names(pupil)
    return {
        "row_no": number,
        "source_id": pupil.source_id,
        "ine": pupil.ine,
        "ines": f"{{{','.join(pupil.ines)}}}",
        **names,
        "search_key": search_key(names["family_name"], names["usage_name"], names["given_name"])[:320],
        "birth_on": pupil.birth_on,
        "email": pupil.email if is_email(pupil.email) else own_email,
        "phone": _cut(pupil.phone, "phone"),
        "study_code": _cut(pupil.mef, "study_code"),
        "study_label": _cut(labels.get(pupil.mef, ""), "study_label"),
        "level": pupil.mefstat4,
        "class_code": _cut(pupil.class_code, "class_code"),
        "status": _cut(pupil.status or SCHOOL_STATUS, "status"),
        "is_repeater": pupil.is_repeater,
        "previous_study_code": _cut(pupil.previous_mef, "previous_study_code"),
        "previous_school_uai": _cut(pupil.previous_uai, "previous_school_uai"),
        "entered_on": pupil.entry_on,
        "exit_on": pupil.exit_on,
        "exit_reason": _cut(pupil.exit_reason, "exit_reason"),
        "is_schooled": pupil.is_schooled(on),
        "has_left": pupil.has_left(on),
        "is_usable": is_usable,
    }


def _own_emails(roll: Roll) -> dict[str, str]:
    """Addresses pupils have as « guardians » of themselves (kinship 70), common for adults."""
    people = {person.source_id: person.email for person in roll.guardians}
    own = {
        link.pupil_source_id: people.get(link.guardian_source_id, "")
        for link in roll.links
        if link.kinship == SELF_KINSHIP
    }
    return {source_id: email for source_id, email in own.items() if is_email(email)}


def _link_records(roll: Roll) -> Iterator[dict[str, Any]]:
    """Signers' order for each pupil: to be called first, then housing the pupil, then kinship.

    Mere contacts and pupils « responsible for themselves » are not kept.
    """
    people = {person.source_id for person in roll.guardians}
    ranks: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    for link in sorted(roll.links, key=_signing_order):
        pupil, guardian = link.pupil_source_id, link.guardian_source_id
        is_kept = link.level < CONTACT and link.kinship != SELF_KINSHIP and guardian in people
        if not is_kept or (pupil, guardian) in seen:
            continue
        seen.add((pupil, guardian))
        yield {
            "pupil_source_id": pupil,
            "guardian_source_id": guardian,
            "level": link.level,
            "kinship": _cut(link.kinship, "kinship"),
            "rank": ranks[pupil],
        }
        ranks[pupil] += 1


def _signing_order(link: LinkRow) -> tuple[Any, ...]:
    return (
        link.pupil_source_id,
        link.level,
        not link.is_priority,
        not link.houses_pupil,
        link.kinship,
        link.guardian_source_id,
    )


def _guardian_records(roll: Roll, needed: set[str]) -> Iterator[dict[str, Any]]:
    people = {person.source_id: person for person in roll.guardians if person.source_id in needed}
    for person in people.values():
        yield {
            "source_id": person.source_id,
            "title": _cut(person.civility, "title"),
            **_names(person),
            "email": person.email if is_email(person.email) else "",
            "phone": _cut(person.phone, "phone"),
        }


def _copy(cursor: Any, table: str, records: Iterable[dict[str, Any]]) -> None:
    rows = list(records)
    if not rows:
        return
    buffer = io.StringIO()
    csv.writer(buffer).writerows(row.values() for row in rows)
    buffer.seek(0)
    texts = ", ".join(name for name in rows[0] if name not in _NULLABLE)
    cursor.copy_expert(
        f"COPY {table} ({', '.join(rows[0])}) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL ({texts}))", buffer
    )
