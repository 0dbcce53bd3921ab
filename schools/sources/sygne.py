"""Reads the pupils of one school as SYGNE lists them; SYGNE knows no guardian, so none is touched.

Source: the answers of « GET /etablissements/{UAI}/eleves », a list of {ine, nom, prenom, dateNaissance, niveau,
codeMef, codeMefRatt, classe, codeUai, anneeScolaire, dateDebSco, dateFinSco, codeStatut}; the class is null once the
pupil has left. SYGNE is the ministry's consolidated base: what is wrong in it is mended in SIECLE.
"""

from __future__ import annotations

from schools.sources.payloads import SYGNE, Row, current_lines, header_of, read_payload
from schools.sources.rows import Document, FileHeader, PupilRow, Reader, Roll, StudyRow
from schools.sources.values import email, ines, iso_date, number, phone, text, unread_dates


def read_pupils(document: Document) -> Roll:
    """The pupils, and the level SYGNE gives each study code."""
    payload = read_payload(document.name, document.data)
    header = FileHeader(payload.uai, payload.school_year, payload.received_at)
    lines = current_lines(
        payload.rows,
        key=_key,
        entry=lambda row: iso_date(row.get("dateDebSco")),
        exit_=lambda row: iso_date(row.get("dateFinSco")),
    )
    pupils = tuple(_pupil(row) for row, _all in lines)
    studies = {study.mef: study for study in map(_study, payload.rows) if study.mef and study.mefstat4}
    return Roll(header, frozenset({"pupils"}), pupils=pupils, studies=tuple(studies.values()), source="sygne")


def _key(row: Row) -> str:
    """SYGNE numbers pupils by the INE alone; without one, by who they are."""
    who = f"{text(row.get('nom'))} {text(row.get('prenom'))} {text(row.get('dateNaissance'))}"
    return number(row.get("ine")) or number(who)


def _pupil(row: Row) -> PupilRow:
    get = row.get
    numbers = ines([get("ine")])
    birth_on, entry_on, exit_on = (
        iso_date(get(name)) for name in ("dateNaissance", "dateDebSco", "dateFinSco")
    )
    return PupilRow(
        source_id=_key(row),
        ine=numbers.ine,
        other_ines=numbers.others,
        family_name=text(get("nom")),
        usage_name=text(get("nomUsage")),
        given_name=text(get("prenom")),
        birth_on=birth_on,
        mef=text(get("codeMef")),
        mefstat4="",
        class_code=text(get("classe")),
        entry_on=entry_on,
        exit_on=exit_on,
        exit_reason="",
        status=text(get("codeStatut")),
        is_repeater=False,
        email=email(get("mel")),
        phone=phone(get("telephone")),
        previous_mef="",
        previous_uai="",
        raw_ine=numbers.raw,
        bad_values=unread_dates(
            dateNaissance=(get("dateNaissance"), birth_on),
            dateDebSco=(get("dateDebSco"), entry_on),
            dateFinSco=(get("dateFinSco"), exit_on),
        ),
    )


def _study(row: Row) -> StudyRow:
    level = text(row.get("niveau"))
    return StudyRow(
        mef=text(row.get("codeMef")),
        national_mef=text(row.get("codeMefRatt")),
        mefstat4=level if len(level) == 4 and level.isalnum() else "",
        label="",
    )


READERS = {SYGNE: Reader("sygne", "pupils", header_of, read_pupils)}
