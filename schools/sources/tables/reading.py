"""Typed lines → the neutral roll every source is read into: pupils, guardians, links, studies."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.findings import Finding
from schools.codes import clean_ine, mefstat4
from schools.search import search_key
from schools.sources.refusals import DocumentRefused
from schools.sources.rows import (
    LEGAL,
    SCHOOL_STATUS,
    Document,
    FileHeader,
    GuardianRow,
    LinkRow,
    PupilRow,
    Roll,
    StudyRow,
)
from schools.sources.tables import wording
from schools.sources.tables.columns import GUARDIANS
from schools.sources.tables.formats import Sheet, open_sheet
from schools.sources.tables.lines import Line, read_lines


LOCAL_ID_WIDTH = (
    11  # SIECLE's « Num. Elève Etab »: five digits, then the UAI without its first and last signs
)
_GROUP = "G"
_OF_THE_HEADER = frozenset({"uai", "school_year"})


def read_header(document: Document) -> FileHeader:
    """What the table says of itself; whoever received it completes what it leaves out."""
    sheet = open_sheet(document)
    lines, _findings = read_lines(sheet, _OF_THE_HEADER)
    return _header(sheet, lines, document.name)


def read_table(document: Document) -> Roll:
    """The whole table as a roll. Raises DocumentRefused."""
    sheet = open_sheet(document)
    lines, findings = read_lines(sheet)
    folded = _without_groups(lines)
    keys = _keys(folded)
    guardians, links, half = _guardians(folded, keys)
    return Roll(
        header=_header(sheet, lines, document.name),
        parts=frozenset({"pupils", "guardians"} if links else {"pupils"}),
        pupils=tuple(_pupil(line, keys[line.number]) for line in folded),
        guardians=tuple(guardians),
        links=tuple(links),
        studies=tuple(_studies(folded)),
        source="table",
        findings=(*findings, *half),
    )


def _header(sheet: Sheet, lines: list[Line], name: str) -> FileHeader:
    first_lines = {line.text("uai"): line.number for line in reversed(lines) if line.text("uai")}
    schools = sorted(first_lines)
    if len(schools) > 1:
        places = [
            _("%(uai)s (line %(line)d)") % {"uai": uai, "line": first_lines[uai]} for uai in schools[:10]
        ]
        raise DocumentRefused(wording.SEVERAL_SCHOOLS.at(f"{name} : {', '.join(places)}"))
    years = sorted({line.text("school_year")[:4] for line in lines} - {""})
    year = int(years[0]) if years and years[0].isdigit() else None
    return FileHeader(schools[0] if schools else "", year, sheet.made_at)


def _without_groups(lines: list[Line]) -> list[Line]:
    """One line a pupil: the personalised extraction may have one more for each group (Type Structure G)."""
    classes = {_person(line) for line in lines if line.structure_type != _GROUP}
    kept: list[Line] = []
    seen: set[tuple[str, ...]] = set()
    for line in lines:
        if line.structure_type == _GROUP:
            if _person(line) in classes | seen:
                continue
            seen.add(_person(line))
            line.class_code = None
        kept.append(line)
    return kept


def _person(line: Line) -> tuple[str, ...]:
    return (line.text("ine"), line.text("local_id"), *_names(line))


def _names(line: Line) -> tuple[str, str]:
    return search_key(line.text("family_name"), line.text("given_name")), str(line.birth_on or "")


def _keys(lines: list[Line]) -> dict[int, str]:
    """The number each line's pupil is known by here: the school's own, else one made of the names and birth date.

    An INE is matched apart, so that neither a new INE nor a new name makes another pupil; it only tells apart two
    pupils of the same names born the same day.
    """
    alike = Counter(_names(line) for line in lines)
    keys = {}
    for line in lines:
        names = _names(line)
        person = (*names, line.text("ine")) if alike[names] > 1 else names
        keys[line.number] = line.text("local_id") or _short(*person)
    return keys


def _short(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:20]


def _pupil(line: Line, key: str) -> PupilRow:
    text = line.text
    ine = clean_ine(text("ine"))
    return PupilRow(
        source_id=key,
        ine=ine,
        other_ines=(),
        family_name=text("family_name"),
        usage_name=text("usage_name"),
        given_name=text("given_name"),
        birth_on=line.birth_on,
        mef=text("mef"),
        mefstat4=_level(line),
        class_code=text("class_code"),
        entry_on=line.entry_on,
        exit_on=line.exit_on,
        exit_reason=text("exit_reason"),
        status=text("status") or SCHOOL_STATUS,
        is_repeater=bool(line.is_repeater),
        email=text("email"),
        phone=text("phone"),
        previous_mef=text("previous_mef"),
        previous_uai=text("previous_uai"),
        local_id=text("local_id") if len(text("local_id")) == LOCAL_ID_WIDTH else "",
        raw_ine=text("ine"),
        line=line.number,
    )


def _level(line: Line) -> str:
    level = line.text("level")
    return level if len(level) == 4 and level.isalnum() else mefstat4(level)


def _studies(lines: list[Line]) -> Iterator[StudyRow]:
    studies: dict[str, StudyRow] = {}
    for line in lines:
        mef = line.text("mef")
        if mef and (line.study_label or line.level):
            studies.setdefault(mef, StudyRow(mef, "", _level(line), line.text("study_label")))
    yield from studies.values()


def _guardians(
    lines: list[Line], keys: dict[int, str]
) -> tuple[list[GuardianRow], list[LinkRow], list[Finding]]:
    """The people of the two blocks. A table numbers nobody: a person is one pupil's guardian of that name."""
    people: dict[str, GuardianRow] = {}
    links: dict[tuple[str, str], LinkRow] = {}
    half: list[Finding] = []
    for line in lines:
        for number in GUARDIANS:
            person = _guardian(line, number, keys[line.number])
            if person is None:
                continue
            if not person.family_name or not person.given_name:
                half.append(wording.HALF_GUARDIAN.at(_pupil(line, "").place, line=line.number))
                continue
            people.setdefault(person.source_id, person)
            links.setdefault(
                (keys[line.number], person.source_id), _link(line, number, keys[line.number], person)
            )
    return list(people.values()), list(links.values()), half


def _guardian(line: Line, number: int, key: str) -> GuardianRow | None:
    def text(name: str) -> str:
        return line.guardian(name, number) or ""

    names = text("family_name"), text("given_name")
    if not any((*names, text("usage_name"), text("email"), text("phone"))):
        return None
    return GuardianRow(
        source_id=_short(key, search_key(*names), *_namesake(line, number)),
        civility=text("civility"),
        family_name=names[0],
        usage_name=text("usage_name"),
        given_name=names[1],
        email=text("email"),
        phone=text("phone"),
        accepts_sms=False,
    )


def _namesake(line: Line, number: int) -> list[str]:
    """What tells a pupil's second guardian from a first one of the very same names."""
    first, other = (
        search_key(line.guardian("family_name", block) or "", line.guardian("given_name", block) or "")
        for block in GUARDIANS
    )
    return [str(number)] if number != GUARDIANS[0] and first == other else []


def _link(line: Line, number: int, key: str, person: GuardianRow) -> LinkRow:
    priority = line.guardian("is_priority", number)
    return LinkRow(
        pupil_source_id=key,
        guardian_source_id=person.source_id,
        level=line.guardian("role", number) or LEGAL,
        kinship=line.guardian("kinship", number) or "",
        is_priority=bool(priority),
        houses_pupil=number == GUARDIANS[0],  # for want of better, the first block comes first
    )
