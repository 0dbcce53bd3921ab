"""A school's roll → temporary tables, by COPY. Nothing of the base is touched yet.

The tables are made once a connection and empty themselves when a transaction ends. They have no index and are never
analysed: a school has hundreds of rows, which PostgreSQL hashes sooner than it would count them. Their texts are stored
plain, since a row is no longer than its columns: with a table beside each for long ones, six more tables and as many
indexes would be emptied at each commit, which took as long as a third of the school's SQL.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection

from core.public_ids import new_public_ids
from schools.models import Enrolment, Guardian, Guardianship, Pupil
from schools.search import search_key
from schools.sources.checks import is_damaged, is_email
from schools.sources.rows import CONTACT, SCHOOL_STATUS, GuardianRow, LinkRow, PupilRow, Roll


SELF_KINSHIP = "70"
_TABLES = """
CREATE TEMP TABLE IF NOT EXISTS staged_pupil (
    row_no int NOT NULL, public_id uuid NOT NULL, enrolment_public_id uuid NOT NULL,
    source_id text NOT NULL, ine text NOT NULL, ines text[] NOT NULL,
    family_name text NOT NULL, usage_name text NOT NULL, given_name text NOT NULL, is_damaged bool NOT NULL,
    search_key text NOT NULL, birth_on date, email text NOT NULL, phone text NOT NULL,
    study_code text NOT NULL, study_label text NOT NULL, level text NOT NULL, class_code text NOT NULL,
    status text NOT NULL, is_repeater bool NOT NULL, previous_study_code text NOT NULL,
    previous_school_uai text NOT NULL, entered_on date, exit_on date, exit_reason text NOT NULL,
    is_schooled bool NOT NULL, has_left bool NOT NULL, is_usable bool NOT NULL,
    pupil_id bigint, is_new bool NOT NULL DEFAULT false, enrolment_id bigint
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_guardian (
    public_id uuid NOT NULL, source_id text NOT NULL, title text NOT NULL,
    family_name text NOT NULL, usage_name text NOT NULL, given_name text NOT NULL, is_damaged bool NOT NULL,
    email text NOT NULL, phone text NOT NULL
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_link (
    pupil_source_id text NOT NULL, guardian_source_id text NOT NULL, level int NOT NULL, kinship text NOT NULL,
    rank int NOT NULL
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_ship (
    pupil_id bigint NOT NULL, guardian_id bigint NOT NULL, enrolment_id bigint NOT NULL, level int NOT NULL,
    kinship text NOT NULL, rank int NOT NULL
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_change (
    enrolment_id bigint NOT NULL, field text NOT NULL
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_event (
    enrolment_id bigint NOT NULL, kind text NOT NULL, happened_on date NOT NULL, details jsonb NOT NULL
) ON COMMIT DELETE ROWS;
"""
_PLAIN_TABLES = re.sub(r" (text(?:\[\])?|jsonb) NOT NULL", r" \1 STORAGE PLAIN NOT NULL", _TABLES)
_EMPTY = "TRUNCATE staged_pupil, staged_guardian, staged_link, staged_ship, staged_change, staged_event"
_PUPIL = (
    "row_no, public_id, enrolment_public_id, source_id, ine, ines, family_name, usage_name, given_name, is_damaged,"
    " search_key, birth_on, email, phone,"
    " study_code, study_label, level, class_code, status, is_repeater, previous_study_code, previous_school_uai,"
    " entered_on, exit_on, exit_reason, is_schooled, has_left, is_usable"
)
_GUARDIAN = "public_id, source_id, title, family_name, usage_name, given_name, is_damaged, email, phone"
_LINK = "pupil_source_id, guardian_source_id, level, kinship, rank"
_PIECE = 1024 * 1024  # bytes sent at once: a school is a few hundred thousand
_FLAGS = ("f", "t")
_NULLABLE = {"birth_on", "entered_on", "exit_on"}
_WIDTHS = {
    field.name: field.max_length
    for model in (Guardianship, Guardian, Enrolment, Pupil)
    for field in model._meta.concrete_fields
    if field.max_length
}


def stage(roll: Roll, *, unusable: set[str], on: date) -> None:
    """Fill the temporary tables; `unusable` are the ELEVE_ID of rows set aside, kept only as « seen »."""
    links = list(_link_records(roll))
    linked = {guardian for _pupil, guardian, *_rest in links}
    with connection.cursor() as cursor:
        _empty_tables(cursor)
        _copy(cursor, "staged_pupil", _PUPIL, _pupil_records(roll, unusable, on))
        _copy(cursor, "staged_guardian", _GUARDIAN, _guardian_records(roll, linked))
        _copy(cursor, "staged_link", _LINK, links)


def _empty_tables(cursor: Any) -> None:
    """Made at the connection's first school; another school may have filled them earlier in a larger transaction."""
    cursor.execute("SELECT pg_relation_size(to_regclass('pg_temp.staged_pupil'))")
    size = cursor.fetchone()[0]
    if size is None:
        cursor.execute(_PLAIN_TABLES)
    elif size:
        cursor.execute(_EMPTY)


def _pupil_records(roll: Roll, unusable: set[str], on: date) -> Iterator[tuple[str, ...]]:
    labels = {study.mef: study.label for study in roll.studies}
    emails = _own_emails(roll)
    public_ids = new_public_ids(2 * len(roll.pupils))
    for number, pupil in enumerate(roll.pupils):
        yield (
            str(number),
            next(public_ids),
            next(public_ids),
            pupil.source_id,
            pupil.ine,
            f"{{{','.join(pupil.ines)}}}",
            *_names(pupil),
            search_key(pupil.family_name, pupil.usage_name, pupil.given_name)[: _WIDTHS["search_key"]],
            str(pupil.birth_on or ""),
            pupil.email if is_email(pupil.email) else emails.get(pupil.source_id, ""),
            _cut(pupil.phone, "phone"),
            _cut(pupil.mef, "study_code"),
            _cut(labels.get(pupil.mef, ""), "study_label"),
            pupil.mefstat4,
            _cut(pupil.class_code, "class_code"),
            _cut(pupil.status, "status") or SCHOOL_STATUS,
            _FLAGS[pupil.is_repeater],
            _cut(pupil.previous_mef, "previous_study_code"),
            _cut(pupil.previous_uai, "previous_school_uai"),
            str(pupil.entry_on or ""),
            str(pupil.exit_on or ""),
            _cut(pupil.exit_reason, "exit_reason"),
            _FLAGS[pupil.is_schooled(on)],
            _FLAGS[pupil.has_left(on)],
            _FLAGS[pupil.source_id not in unusable],
        )


def _own_emails(roll: Roll) -> dict[str, str]:
    """Addresses pupils have as « guardians » of themselves (kinship 70), common for adults."""
    own = [link for link in roll.links if link.kinship == SELF_KINSHIP]
    if not own:
        return {}
    people = {person.source_id: person.email for person in roll.guardians}
    emails = {link.pupil_source_id: people.get(link.guardian_source_id, "") for link in own}
    return {source_id: email for source_id, email in emails.items() if is_email(email)}


def _link_records(roll: Roll) -> Iterator[tuple[str, ...]]:
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
        yield pupil, guardian, str(link.level), _cut(link.kinship, "kinship"), str(ranks[pupil])
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


def _guardian_records(roll: Roll, linked: set[str]) -> Iterator[tuple[str, ...]]:
    people = {person.source_id: person for person in roll.guardians if person.source_id in linked}
    for public_id, person in zip(new_public_ids(len(people)), people.values(), strict=True):
        yield (
            public_id,
            person.source_id,
            _cut(person.civility, "title"),
            *_names(person),
            person.email if is_email(person.email) else "",
            _cut(person.phone, "phone"),
        )


def _names(row: PupilRow | GuardianRow) -> tuple[str, str, str, str]:
    """Family, usage and given name, and whether one of them lost letters on the way."""
    names = (
        _cut(row.family_name, "family_name"),
        _cut(row.usage_name, "usage_name"),
        _cut(row.given_name, "given_name"),
    )
    return *names, _FLAGS[is_damaged(*names)]


def _cut(text: str, field: str) -> str:
    """No hostile or careless value is longer than its column."""
    return text[: _WIDTHS[field]]


def _copy(cursor: Any, table: str, columns: str, records: Iterable[Sequence[str]]) -> None:
    lines = list(records)
    if not lines:
        return
    texts = ", ".join(name for name in columns.split(", ") if name not in _NULLABLE)
    cursor.copy_expert(
        f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv, DELIMITER '\t', FORCE_NOT_NULL ({texts}))",
        io.BytesIO(_as_csv(lines).encode()),
        _PIECE,
    )


def _as_csv(lines: list[Sequence[str]]) -> str:
    """Joined as they are, ten times as fast as they are written one by one, unless a value has what must be quoted."""
    text = "\n".join(map("\t".join, lines))
    tabs, ends = len(lines) * (len(lines[0]) - 1), len(lines) - 1
    if text.count("\t") == tabs and text.count("\n") == ends and '"' not in text and "\r" not in text:
        return text
    buffer = io.StringIO()
    csv.writer(buffer, delimiter="\t").writerows(lines)
    return buffer.getvalue()
