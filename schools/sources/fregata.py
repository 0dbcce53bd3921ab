"""Reads the registrations of an agricultural school as FREGATA lists them; guardians are not in what it sends.

Source: the answers of « GET /inscriptions?rne=UAI ». A pupil who changes class has several lines. `estEN` says that
the pupil is also one of a school of the education ministry, whose own base speaks of them: read here, they would
count twice. A line that ends before it begins is an old mistake of the source: it says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from core.findings import Finding
from schools.sources import catalogue
from schools.sources.payloads import FREGATA, Row, child, current_lines, header_of, read_payload, year_of
from schools.sources.rows import (
    APPRENTICE_STATUS,
    SCHOOL_STATUS,
    Document,
    FileHeader,
    PupilRow,
    Reader,
    Roll,
)
from schools.sources.values import ines, iso_date, number, text, unread_dates


_STATUSES = {"2501": SCHOOL_STATUS, "2503": APPRENTICE_STATUS}
"""Others keep FREGATA's own code: 0000 student, 2502 adult, 2504 distance learning, 2506 validation of experience."""


def read_pupils(document: Document) -> Roll:
    """One row a pupil: the line in force, entered when the first of their lines says."""
    payload = read_payload(document.name, document.data)
    header = FileHeader(payload.uai, payload.school_year, payload.received_at)
    this_year = [row for row in payload.rows if year_of(FREGATA, row) in {payload.school_year, None}]
    lines = [row for row in this_year if _is_ours(row)]
    current = current_lines(lines, key=_key, entry=_entry_on, exit_=_exit_on)
    return Roll(
        header,
        frozenset({"pupils"}),
        pupils=tuple(_pupil(row, mine) for row, mine in current),
        source="fregata",
        findings=tuple(_left_out(this_year)),
    )


def _is_ours(row: Row) -> bool:
    return row.get("estEN") is not True and not _is_backwards(row)


def _left_out(rows: list[Row]) -> Iterator[Finding]:
    for row in rows:
        if row.get("estEN") is True:
            yield catalogue.ALSO_IN_SIECLE.at(_place(row))
        elif _is_backwards(row):
            yield catalogue.LINE_BACKWARDS.at(_place(row))


def _is_backwards(row: Row) -> bool:
    entry, left = _entry_on(row), _exit_on(row)
    return entry is not None and left is not None and left < entry


def _entry_on(row: Row) -> date | None:
    return iso_date(row.get("dateEntreeFormation")) or iso_date(row.get("dateEntreeEtablissement"))


def _exit_on(row: Row) -> date | None:
    return iso_date(row.get("dateSortieFormation")) or iso_date(row.get("dateSortieEtablissement"))


def _key(row: Row) -> str:
    """The pupil's own number: that of a registration changes with the class."""
    pupil = child(row, "apprenant")
    return number(pupil.get("id")) or number(pupil.get("ine")) or number(row.get("id"))


def _place(row: Row) -> str:
    pupil = child(row, "apprenant")
    name = f"{text(pupil.get('nomUsuel'))} {text(pupil.get('prenomUsuel'))}"
    return f"{name} ({text(pupil.get('ine')) or text(row.get('id'))})"


def _pupil(row: Row, mine: list[Row]) -> PupilRow:
    pupil = child(row, "apprenant")
    numbers = ines([pupil.get("ine")])
    birth_on = iso_date(pupil.get("dateNaissance"))
    entries = [on for one in mine if (on := iso_date(one.get("dateEntreeEtablissement")) or _entry_on(one))]
    status = text(child(row, "statutApprenant").get("code"))
    return PupilRow(
        source_id=_key(row),
        ine=numbers.ine,
        other_ines=numbers.others,
        family_name=text(pupil.get("nomUsuel")),
        usage_name="",
        given_name=text(pupil.get("prenomUsuel")),
        birth_on=birth_on,
        mef=text(child(row, "sectionReference").get("codeMef")),
        mefstat4="",
        class_code=text(child(row, "division").get("libelle")),
        entry_on=min(entries, default=None),
        exit_on=_exit_on(row),
        exit_reason="",
        status=_STATUSES.get(status, status),
        is_repeater=False,
        email="",
        phone="",
        previous_mef="",
        previous_uai="",
        raw_ine=numbers.raw,
        bad_values=unread_dates(dateNaissance=(pupil.get("dateNaissance"), birth_on)),
    )


_IN_FREGATA = _("Correct it in FREGATA, « Gestion des apprenants », in the pupil’s file.")
WORDING = {
    kind.code: replace(kind, remedy=_IN_FREGATA)
    for kind in (
        catalogue.NO_INE,
        catalogue.BAD_INE,
        catalogue.NO_NAME,
        catalogue.NO_BIRTH_DATE,
        catalogue.ODD_BIRTH_DATE,
        catalogue.NO_STUDY,
        catalogue.NO_CLASS,
        catalogue.BAD_DATE,
        catalogue.DAMAGED_NAME,
        catalogue.EXIT_BEFORE_ENTRY,
        catalogue.DUPLICATE_INE,
        catalogue.DUPLICATE_PUPIL,
        catalogue.SAME_PUPIL,
        catalogue.INE_OF_ANOTHER,
        catalogue.POSSIBLE_TWIN,
    )
}
"""An agricultural school has no SIECLE to mend."""

READERS = {FREGATA: Reader("fregata", "pupils", header_of, read_pupils, wording=WORDING)}
