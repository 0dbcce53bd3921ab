"""Reads SIECLE exports: Élèves, Responsables, Nomenclature and Structures, in the forms of before and after 2018.

Only direct children are read (SCOLARITE_AN_DERNIER repeats CODE_MEF and MEL), sections may come in any order, and a
file is read to its end before a row of it is used: a truncated one raises and gives nothing.
Source: « SIECLE SFD exportations XML » 17.4, and the exports of 2018 and later.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from unicodedata import normalize

from lxml import etree

from schools.codes import clean_ine, mefstat4
from schools.sources.refusals import BAD_XML, DOCTYPE, UNKNOWN_ENCODING, DocumentRefused
from schools.sources.rows import (
    CONTACT,
    IN_CHARGE,
    LEGAL,
    ClassRow,
    Document,
    FileHeader,
    GuardianRow,
    LinkRow,
    PupilRow,
    Reader,
    Roll,
    StudyRow,
)


Children = dict[str, str | None]
NUMBER_WIDTH = 40
OLDEST_EXPORT = 2000  # « 01/01/0001 » is no instant of ours, and PostgreSQL would give it back before our era
_TRUE = {"1", "true"}
CIVILITIES = {"MME": "Mme", "MLLE": "Mme", "M": "M."}
_DIVISION = "D"
# Before 2018 a kinship had one digit: 1 father, 2 mother, 3 guardian; the modern codes say 20, 10 and 50.
_OLD_KINSHIPS = {"1": "20", "2": "10", "3": "50"}


def read_pupils(document: Document) -> Roll:
    """BEE_ELEVES: the pupils, each with the class named by the STRUCTURES section."""
    header, pupils, classes = FileHeader("", None, None), [], {}
    for tag, element in _elements(document, "PARAMETRES", "ELEVE", "STRUCTURES_ELEVE"):
        if tag == "ELEVE":
            pupils.append(_pupil(element))
        elif tag == "STRUCTURES_ELEVE":
            classes[_number(element.get("ELEVE_ID"))] = _division(element)
        else:
            header = _header(element)
    in_class = tuple(
        replace(pupil, class_code=classes[pupil.source_id]) if classes.get(pupil.source_id) else pupil
        for pupil in pupils
    )
    return Roll(header, frozenset({"pupils"}), pupils=in_class)


def read_guardians(document: Document) -> Roll:
    """BEE_RESPONSABLES: the people, and what each is to which pupil."""
    header, people, links = FileHeader("", None, None), [], []
    for tag, element in _elements(document, "PARAMETRES", "PERSONNE", "RESPONSABLE_ELEVE"):
        if tag == "PERSONNE":
            people.append(_guardian(element))
        elif tag == "RESPONSABLE_ELEVE":
            links.append(_link(_children(element)))
        else:
            header = _header(element)
    return Roll(header, frozenset({"guardians"}), guardians=tuple(people), links=tuple(links))


def read_studies(document: Document) -> Roll:
    """BEE_NOMENCLATURES: the study codes and their levels."""
    header, studies = FileHeader("", None, None), []
    for tag, element in _elements(document, "PARAMETRES", "MEF"):
        if tag == "PARAMETRES":
            header = _header(element)
        elif element.get("CODE_MEF"):
            studies.append(_study(element.get("CODE_MEF", ""), _children(element)))
    return Roll(header, frozenset({"studies"}), studies=tuple(studies))


def read_classes(document: Document) -> Roll:
    """BEE_STRUCTURES: the classes; groups are not read."""
    header, classes = FileHeader("", None, None), []
    for tag, element in _elements(document, "PARAMETRES", "DIVISION"):
        if tag == "DIVISION":
            mefs = tuple(
                mef.text or "" for mef in element.iterfind("MEFS_APPARTENANCE/MEF_APPARTENANCE/CODE_MEF")
            )
            label = _children(element).get("LIBELLE_LONG") or ""
            classes.append(ClassRow(element.get("CODE_STRUCTURE", "").strip(), label.strip(), mefs))
        else:
            header = _header(element)
    return Roll(header, frozenset({"classes"}), classes=tuple(classes))


def read_header(document: Document) -> FileHeader:
    """What the document says of itself; its rows are not read."""
    for _tag, element in _elements(document, "PARAMETRES"):
        return _header(element)
    return FileHeader("", None, None)


READERS = {
    "BEE_ELEVES": Reader("siecle", "pupils", read_header, read_pupils),
    "BEE_RESPONSABLES": Reader("siecle", "guardians", read_header, read_guardians),
    "BEE_NOMENCLATURES": Reader("siecle", "studies", read_header, read_studies),
    "BEE_STRUCTURES": Reader("siecle", "classes", read_header, read_classes),
}


def _elements(document: Document, *tags: str) -> Iterator[tuple[str, etree._Element]]:
    """The elements so named, one at a time and emptied afterwards; the document type is refused again here."""
    with _refusing(document.name):
        events = etree.iterparse(
            io.BytesIO(document.data),
            events=("end",),
            tag=tags,
            load_dtd=False,
            no_network=True,
            resolve_entities=False,
        )
        for _event, element in events:
            yield element.tag, element
            element.clear()
        if events.root.getroottree().docinfo.internalDTD is not None:
            raise DocumentRefused(DOCTYPE.at(document.name))


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    try:
        yield
    except LookupError as error:
        raise DocumentRefused(UNKNOWN_ENCODING.at(name)) from error
    except etree.XMLSyntaxError as error:
        raise DocumentRefused(BAD_XML.at(f"{name}, {error.msg}")) from error


def _children(element: etree._Element) -> Children:
    return {child.tag: child.text for child in element}


def _header(element: etree._Element) -> FileHeader:
    values = _children(element)
    year = (values.get("ANNEE_SCOLAIRE") or "").strip()[:4]
    return FileHeader(
        uai=(values.get("UAJ") or "").strip().upper(),
        school_year=int(year) if year.isdecimal() else None,
        exported_at=_instant(values.get("HORODATAGE") or values.get("DATE_EXPORT")),
    )


def _pupil(element: etree._Element) -> PupilRow:
    values = _children(element)
    get = values.get
    raw_ines = [get("ID_NATIONAL"), get("INE_RNIE"), get("INE_BEA")]
    ines = list(dict.fromkeys(filter(None, map(clean_ine, raw_ines))))
    birth_on, entry_on, exit_on = (
        _date(get("DATE_NAISS")),
        _date(get("DATE_ENTREE")),
        _date(get("DATE_SORTIE")),
    )
    last_year = element.find("SCOLARITE_AN_DERNIER")
    before = _children(last_year) if last_year is not None else {}
    return PupilRow(
        source_id=_number(element.get("ELEVE_ID")),
        ine=ines[0] if ines else "",
        other_ines=tuple(ines[1:]),
        family_name=_text(get("NOM_DE_FAMILLE") or get("NOM")),
        usage_name=_text(get("NOM_USAGE")),
        given_name=_text(get("PRENOM")),
        birth_on=birth_on,
        mef=(get("CODE_MEF") or "").strip(),
        mefstat4="",
        class_code="",
        entry_on=entry_on,
        exit_on=exit_on,
        exit_reason=(get("CODE_MOTIF_SORTIE") or "").strip(),
        status=(get("CODE_STATUT") or "").strip(),
        is_repeater=get("DOUBLEMENT") in _TRUE,
        email=_email(get("MEL")),
        phone=_phone(values),
        previous_mef=(before.get("CODE_MEF") or "").strip(),
        previous_uai=(before.get("CODE_RNE") or "").strip(),
        local_id=(get("ID_ELEVE_ETAB") or "").strip(),
        raw_ine=next((raw.strip() for raw in raw_ines if raw and raw.strip()), ""),
        bad_values=_bad_dates(values, DATE_NAISS=birth_on, DATE_ENTREE=entry_on, DATE_SORTIE=exit_on),
    )


def _bad_dates(values: Children, **dates: date | None) -> tuple[str, ...]:
    return tuple(f"{tag} {values[tag]}" for tag, read in dates.items() if read is None and values.get(tag))


def _division(element: etree._Element) -> str:
    for structure in element:
        values = _children(structure)
        if values.get("TYPE_STRUCTURE") == _DIVISION:
            return (values.get("CODE_STRUCTURE") or "").strip()
    return ""


def _civility(text: str) -> str:
    """« Mme » and « M. », as people write them in a letter; the base says « MME »."""
    return CIVILITIES.get(text.upper().rstrip("."), text)


def _guardian(element: etree._Element) -> GuardianRow:
    values = _children(element)
    get = values.get
    return GuardianRow(
        source_id=_number(element.get("PERSONNE_ID")),
        civility=_civility(_text(get("LC_CIVILITE"))),
        family_name=_text(get("NOM_DE_FAMILLE") or get("NOM")),
        usage_name=_text(get("NOM_USAGE")),
        given_name=_text(get("PRENOM")),
        email=_email(get("MEL")),
        phone=_phone(values),
        accepts_sms=get("ACCEPTE_SMS") in _TRUE,
    )


def _link(values: Children) -> LinkRow:
    get = values.get
    return LinkRow(
        pupil_source_id=_number(get("ELEVE_ID")),
        guardian_source_id=_number(get("PERSONNE_ID")),
        level=_level(values),
        kinship=_kinship(values),
        is_priority=get("A_CONTACTER_EN_PRIORITE") in _TRUE or get("PERS_CONTACT") in _TRUE,
        houses_pupil=get("HEBERGE_ELEVE") in _TRUE,
    )


def _level(values: Children) -> int:
    """Before 2018 « légal 1 » and « légal 2 » were both legal guardians, and 0 was anybody else."""
    if "NIVEAU_RESPONSABILITE" in values:
        return {"1": LEGAL, "2": IN_CHARGE}.get(values["NIVEAU_RESPONSABILITE"] or "", CONTACT)
    return LEGAL if values.get("RESP_LEGAL") in {"1", "2"} else CONTACT


def _kinship(values: Children) -> str:
    code = (values.get("CODE_PARENTE") or "").strip()
    return _OLD_KINSHIPS.get(code, "90" if len(code) == 1 else code)


def _study(mef: str, values: Children) -> StudyRow:
    return StudyRow(
        mef=mef.strip(),
        national_mef=(values.get("MEF_RATTACHEMENT") or "").strip(),
        mefstat4=mefstat4((values.get("CODE_MEFSTAT") or "").strip()),
        label=_text(values.get("LIBELLE_EDITION") or values.get("LIBELLE_LONG")),
    )


def _number(value: str | None) -> str:
    return value.strip()[:NUMBER_WIDTH] if value else ""


def _text(value: str | None) -> str:
    """One space between words, and accents in one piece: a Mac writes « é » as « e » and an accent."""
    if not value:
        return ""
    text = " ".join(value.split())
    return text if text.isascii() else normalize("NFC", text)


def _email(value: str | None) -> str:
    return "".join(value.split()).lower() if value else ""


def _phone(values: Children) -> str:
    for tag in ("TEL_PORTABLE", "TEL_PERSONNEL", "TEL_PROFESSIONNEL"):
        number = values.get(tag)
        if number and number.strip():
            return "".join(number.split())
    return ""


@lru_cache(maxsize=20_000)
def _date(value: str | None) -> date | None:
    """JJ/MM/AAAA, or None for anything else."""
    if not value:
        return None
    try:
        day, month, year = value.strip().split("/")
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return None


def _instant(value: str | None) -> datetime | None:
    day, _space, clock = (value or "").strip().partition(" ")
    on = _date(day)
    if on is None or on.year < OLDEST_EXPORT:
        return None
    try:
        hour, minute, second = (int(part) for part in (clock or "00:00:00").split(":"))
        return datetime(on.year, on.month, on.day, hour, minute, second)
    except (ValueError, OverflowError):
        return datetime(on.year, on.month, on.day)
