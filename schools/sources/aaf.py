"""Reads one school's share of the directory feed (AAF), as `aaf_feed` cuts it: pupils, guardians, study codes.

A share is a document of ours, <AAF uai="…" schoolYear="…" exportedOn="…" structures="…" complete="true">, that holds
the requests of the feed about this school, untouched. Source of the fields: AAF-VE and the SDET, annexes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal

from django.utils.translation import gettext as _
from lxml import etree

from schools.codes import mefstat4
from schools.sources.aaf_requests import GUARDIAN, PUPIL, STUDY, Request, read_requests
from schools.sources.refusals import BAD_XML, DocumentRefused
from schools.sources.rows import (
    APPRENTICE_STATUS,
    CONTACT,
    LEGAL,
    SCHOOL_STATUS,
    Document,
    FileHeader,
    GuardianRow,
    LinkRow,
    PupilRow,
    Reader,
    Roll,
    StudyRow,
)
from schools.sources.siecle import CIVILITIES
from schools.sources.values import email, french_date, ines, iso_date, number, phone, text, unread_dates


ROOT = "AAF"
FEW, MISSED_SHARE = 5, Decimal("0.1")
"""A complete feed that misses more people than that is looked at by a person."""
_STATUSES = {"SCOLAIRE": SCHOOL_STATUS, "APPRENTI": APPRENTICE_STATUS, "APPRENTISSAGE": APPRENTICE_STATUS}
_OLD_KINSHIPS = {"1": "20", "2": "10", "3": "50"}
_COPIED_LINK = "1$1$1$1$0"
"""Some feeds repeat a relation with this by-default value: the other one is true."""


def share(
    requests: Iterable[bytes],
    *,
    uai: str,
    school_year: int,
    on: date,
    structures: Iterable[str],
    is_complete: bool,
    is_doubtful: bool = False,
) -> bytes:
    """The document of one school, made of its requests; doubtful when the delivery seems to lack a part."""
    root = etree.Element(
        ROOT,
        uai=uai,
        schoolYear=str(school_year),
        exportedOn=on.isoformat(),
        structures=" ".join(structures),
        complete="true" if is_complete else "false",
        doubtful="true" if is_doubtful else "false",
    )
    opening, closing = etree.tostring(root, encoding="unicode").removesuffix("/>") + ">", f"</{ROOT}>"
    return b"\n".join(
        [b'<?xml version="1.0" encoding="UTF-8"?>', opening.encode(), *requests, closing.encode()]
    )


def read_roll(document: Document) -> Roll:
    """What the feed says of the school: everybody, or what changed when it is a delta."""
    root = _root(document)
    structures = set(root.get("structures", "").split())
    pupils, links, guardians, studies, gone = [], [], [], [], []
    for request in read_requests(document):
        if request.category == PUPIL and request.is_deletion:
            gone.append(request.id)
        elif request.category == PUPIL:
            pupils.append(_pupil(request, structures))
            links += _links(request)
        elif request.category == GUARDIAN and not request.is_deletion:
            guardians.append(_guardian(request))
        elif request.category.startswith(STUDY) and not request.is_deletion:
            studies.append(_study(request))
    return Roll(
        _header(root),
        frozenset({"pupils", "guardians"}),
        pupils=tuple(pupils),
        guardians=tuple(guardians),
        links=tuple(links),
        studies=tuple(studies),
        source="aaf",
        is_complete=root.get("complete") == "true",
        gone=tuple(gone),
        doubts=tuple(_doubts(root, links, {person.source_id for person in guardians})),
    )


def _doubts(root: etree._Element, links: list[LinkRow], people: set[str]) -> Iterator[str]:
    """The last part of a kind leaves no gap in the numbers: what it held is missed by those who speak of it."""
    if root.get("complete") != "true":
        return
    dangling = sum(link.guardian_source_id not in people for link in links)
    if dangling >= FEW and dangling > len(links) * MISSED_SHARE:
        yield _(
            "%(count)d of the %(total)d guardians named are not in the feed: a part of it is perhaps missing."
        ) % {
            "count": dangling,
            "total": len(links),
        }
    if root.get("doubtful") == "true":
        yield _(
            "Many guardians of this feed are those of nobody: a part of it with pupils is perhaps missing."
        )


def read_header(document: Document) -> FileHeader:
    return _header(_root(document))


READERS = {ROOT: Reader("aaf", "pupils", read_header, read_roll)}


def _root(document: Document) -> etree._Element:
    """The first tag, its attributes read; nothing after it."""
    try:
        events = etree.iterparse(
            io.BytesIO(document.data),
            events=("start",),
            load_dtd=False,
            no_network=True,
            resolve_entities=False,
        )
        return next(element for _event, element in events)
    except etree.XMLSyntaxError as error:
        raise DocumentRefused(BAD_XML.at(document.name)) from error


def _header(root: etree._Element) -> FileHeader:
    year, on = root.get("schoolYear", ""), iso_date(root.get("exportedOn"))
    return FileHeader(
        is_complete=root.get("complete") == "true",
        uai=root.get("uai", ""),
        school_year=int(year) if year.isdecimal() else None,
        exported_at=datetime.combine(on, time.min) if on else None,
    )


def _pupil(request: Request, structures: set[str]) -> PupilRow:
    family_name, usage_name = _names(request)
    numbers = ines(request.all("ENTEleveINE"))
    raw_birth = request.one("ENTPersonDateNaissance")
    birth_on = french_date(raw_birth)
    class_code = next(iter(_of_school(request.all("ENTEleveClasses"), structures)), [""])[-1]
    return PupilRow(
        source_id=request.id,
        ine=numbers.ine,
        other_ines=numbers.others,
        family_name=family_name,
        usage_name=usage_name,
        given_name=request.one("givenName"),
        birth_on=birth_on,
        mef=request.one("ENTEleveMEF"),
        mefstat4="",
        class_code=class_code,
        entry_on=min(_days(request, "ENTEleveDateEntreeClasses", structures), default=None),
        exit_on=max(_days(request, "ENTEleveDateSortieClasses", structures, class_code), default=None),
        exit_reason="",
        status=_status(request.one("ENTEleveStatutEleve")),
        is_repeater=False,
        email=email(request.one("mail")),
        phone=phone(request.one("mobile"), request.one("homePhone")),
        previous_mef="",
        previous_uai="",
        raw_ine=numbers.raw,
        bad_values=unread_dates(ENTPersonDateNaissance=(raw_birth, birth_on)),
    )


def _names(request: Request) -> tuple[str, str]:
    """`sn` is the name in use; it is kept apart only when it is not the name of birth."""
    in_use, born = request.one("sn"), request.one("ENTPersonNomPatro")
    return born or in_use, in_use if born and in_use != born else ""


def _of_school(values: list[str], structures: set[str]) -> list[list[str]]:
    """« 3100$2GT3 » in parts, the structure first, for the school's own structures; all of them when none is known."""
    split = [[part.strip() for part in value.split("$")] for value in values if "$" in value]
    return [parts for parts in split if not structures or parts[0] in structures]


def _days(request: Request, name: str, structures: set[str], class_code: str = "") -> list[date]:
    """Dates of « 3100$01/09/2026$2GT3 », of one class if it is given: leaving a class is not leaving the school."""
    parts = [one for one in _of_school(request.all(name), structures) if len(one) > 1]
    kept = [one for one in parts if not class_code or one[-1] == class_code]
    return [on for one in kept if (on := french_date(one[1]))]


def _status(said: str) -> str:
    return _STATUSES.get(said.upper(), said[:2].upper())


def _links(request: Request) -> list[LinkRow]:
    """« guardian$kinship$pays$legal$contact$paid »; of a relation said twice, the one that was typed."""
    kept: dict[str, list[str]] = {}
    for value in request.all("ENTElevePersRelEleve"):
        guardian, _dollar, said = value.partition("$")
        if guardian and (guardian not in kept or "$".join(kept[guardian]) == _COPIED_LINK):
            kept[guardian] = said.split("$")
    return [_link(request.id, number(guardian), said) for guardian, said in kept.items()]


def _link(pupil: str, guardian: str, said: list[str]) -> LinkRow:
    """Older feeds tell first (1) and second (2) legal guardian apart: both are legal."""
    kinship, _pays, legal, contact = (*said, "", "", "", "")[:4]
    return LinkRow(
        pupil_source_id=pupil,
        guardian_source_id=guardian,
        level=LEGAL if legal in {"1", "2"} else CONTACT,
        kinship=_OLD_KINSHIPS.get(kinship, kinship),
        is_priority=contact == "1",
        houses_pupil=False,
    )


def _guardian(request: Request) -> GuardianRow:
    family_name, usage_name = _names(request)
    title = request.one("personalTitle")
    return GuardianRow(
        source_id=request.id,
        civility=CIVILITIES.get(title.upper().rstrip("."), title),
        family_name=family_name,
        usage_name=usage_name,
        given_name=request.one("givenName"),
        email=email(request.one("mail")),
        phone=phone(request.one("mobile"), request.one("homePhone"), request.one("telephoneNumber")),
        accepts_sms=False,
    )


def _study(request: Request) -> StudyRow:
    return StudyRow(
        mef=request.one("ENTMefJointure") or request.id,
        national_mef=request.one("ENTMEFRattach"),
        mefstat4=mefstat4(text(request.one("ENTMEFSTAT11"))),
        label=request.one("ENTLibelleMef"),
    )
