"""Reads SIECLE exports: Élèves, Responsables, Nomenclature and Structures, in the forms of before and after 2018.

Only direct children are read (SCOLARITE_AN_DERNIER repeats CODE_MEF and MEL), sections may come in any order, and a
file is read to its end before a row of it is used: a truncated one raises and gives nothing.
Source: « SIECLE SFD exportations XML » 17.4, and the exports of 2018 and later.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from unicodedata import normalize

from schools.codes import clean_ine, mefstat4
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
from schools.sources.xml_elements import Element, elements, first_elements


Children = dict[str, str | None]
NUMBER_WIDTH = 40
OLDEST_EXPORT = 2000  # « 01/01/0001 » is no instant of ours, and PostgreSQL would give it back before our era
_TRUE = {"1", "true"}
_LEVELS = {"1": LEGAL, "2": IN_CHARGE}
_DATES = ("DATE_NAISS", "DATE_ENTREE", "DATE_SORTIE")
CIVILITIES = {"MME": "Mme", "MLLE": "Mme", "M": "M."}
_DIVISION = "D"
# Before 2018 a kinship had one digit: 1 father, 2 mother, 3 guardian; the modern codes say 20, 10 and 50.
_OLD_KINSHIPS = {"1": "20", "2": "10", "3": "50"}


def read_pupils(document: Document) -> Roll:
    """BEE_ELEVES: the pupils, each with the class named by the STRUCTURES section."""
    header, pupils, classes = FileHeader("", None, None), [], {}
    for element in elements(document, "PARAMETRES", "ELEVE", "STRUCTURES_ELEVE"):
        if (
            element.tag == "ELEVE"
        ):  # a row at once: kept, the texts of a whole school would leave the processor's cache
            pupils.append(_pupil(_number(element.get("ELEVE_ID")), _children(element), _last_year(element)))
        elif element.tag == "STRUCTURES_ELEVE":
            classes[_number(element.get("ELEVE_ID"))] = _division(element)
        else:
            header = _header(element)
    for pupil in pupils:
        pupil.class_code = classes.get(pupil.source_id, "")
    return Roll(header, frozenset({"pupils"}), pupils=tuple(pupils))


def read_guardians(document: Document) -> Roll:
    """BEE_RESPONSABLES: the people, and what each is to which pupil."""
    header, people, links = FileHeader("", None, None), [], []
    for element in elements(document, "PARAMETRES", "PERSONNE", "RESPONSABLE_ELEVE"):
        if element.tag == "PERSONNE":
            people.append(_guardian(element))
        elif element.tag == "RESPONSABLE_ELEVE":
            links.append(_link(_children(element)))
        else:
            header = _header(element)
    return Roll(header, frozenset({"guardians"}), guardians=tuple(people), links=tuple(links))


def read_studies(document: Document) -> Roll:
    """BEE_NOMENCLATURES: the study codes and their levels."""
    header, studies = FileHeader("", None, None), []
    for element in elements(document, "PARAMETRES", "MEF"):
        if element.tag == "PARAMETRES":
            header = _header(element)
        elif element.get("CODE_MEF"):
            studies.append(_study(element.get("CODE_MEF", ""), _children(element)))
    return Roll(header, frozenset({"studies"}), studies=tuple(studies))


def read_classes(document: Document) -> Roll:
    """BEE_STRUCTURES: the classes; groups are not read."""
    header, classes = FileHeader("", None, None), []
    for element in elements(document, "PARAMETRES", "DIVISION"):
        if element.tag == "DIVISION":
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
    for element in first_elements(document, "PARAMETRES"):
        return _header(element)
    return FileHeader("", None, None)


READERS = {
    "BEE_ELEVES": Reader("siecle", "pupils", read_header, read_pupils),
    "BEE_RESPONSABLES": Reader("siecle", "guardians", read_header, read_guardians),
    "BEE_NOMENCLATURES": Reader("siecle", "studies", read_header, read_studies),
    "BEE_STRUCTURES": Reader("siecle", "classes", read_header, read_classes),
}


def _children(element: Element) -> Children:
    return {child.tag: child.text for child in element}


def _header(element: Element) -> FileHeader:
    values = _children(element)
    year = (values.get("ANNEE_SCOLAIRE") or "").strip()[:4]
    return FileHeader(
        uai=(values.get("UAJ") or "").strip().upper(),
        school_year=int(year) if year.isdecimal() else None,
        exported_at=_instant(values.get("HORODATAGE") or values.get("DATE_EXPORT")),
    )


def _last_year(element: Element) -> Children:
    """Of the year before; the study code and the address are named there as in the pupil's own line."""
    last = element.find("SCOLARITE_AN_DERNIER")
    return {} if last is None else _children(last)


def _pupil(number: str, values: Children, before: Children) -> PupilRow:
    """All but the class, which another section of the document names."""
    get = values.get
    raw_ines = [get("ID_NATIONAL"), get("INE_RNIE"), get("INE_BEA")]
    ines = list(dict.fromkeys(filter(None, map(_ine, raw_ines))))
    dates = {tag: _date(get(tag)) for tag in _DATES}
    return PupilRow(
        source_id=number,
        ine=ines[0] if ines else "",
        other_ines=tuple(ines[1:]),
        family_name=_text(get("NOM_DE_FAMILLE") or get("NOM")),
        usage_name=_text(get("NOM_USAGE")),
        given_name=_text(get("PRENOM")),
        birth_on=dates["DATE_NAISS"],
        mef=_code(get("CODE_MEF")),
        mefstat4="",
        class_code="",
        entry_on=dates["DATE_ENTREE"],
        exit_on=dates["DATE_SORTIE"],
        exit_reason=_code(get("CODE_MOTIF_SORTIE")),
        status=_code(get("CODE_STATUT")),
        is_repeater=get("DOUBLEMENT") in _TRUE,
        email=_email(get("MEL")),
        phone=_phone(values),
        previous_mef=_code(before.get("CODE_MEF")),
        previous_uai=_code(before.get("CODE_RNE")),
        local_id=_code(get("ID_ELEVE_ETAB")),
        raw_ine=next(filter(None, map(_code, raw_ines)), ""),
        bad_values=tuple(f"{tag} {get(tag)}" for tag, on in dates.items() if on is None and get(tag)),
    )


def _division(element: Element) -> str:
    for structure in element:
        values = _children(structure)
        if values.get("TYPE_STRUCTURE") == _DIVISION:
            return _code(values.get("CODE_STRUCTURE"))
    return ""


@lru_cache(maxsize=100)
def _civility(text: str) -> str:
    """« Mme » and « M. », as people write them in a letter; the base says « MME »."""
    return CIVILITIES.get(text.upper().rstrip("."), text)


def _guardian(element: Element) -> GuardianRow:
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
        return _LEVELS.get(values["NIVEAU_RESPONSABILITE"], CONTACT)
    return LEGAL if values.get("RESP_LEGAL") in {"1", "2"} else CONTACT


def _kinship(values: Children) -> str:
    code = _code(values.get("CODE_PARENTE"))
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


def _code(value: str | None) -> str:
    return value.strip() if value else ""


_ine = lru_cache(maxsize=1_000)(clean_ine)  # SIECLE writes the same number under two names


@lru_cache(maxsize=50_000)
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
