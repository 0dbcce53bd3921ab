"""What is wrong with a school's roll, in sentences a school office understands. Pure: no base, no clock.

A check is a function that yields findings. `ROLL_CHECKS` look at the file, `set_aside` tells the rows that cannot be
used, `PUPIL_CHECKS` look at the others one by one, `GUARDIAN_CHECKS` at who can be written to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from core.findings import Finding, FindingKind
from schools.codes import is_uai
from schools.rules import comes_of_age_on, is_adult
from schools.sources import catalogue as found
from schools.sources.rows import LEGAL, FileHeader, PupilRow, Roll


YOUNGEST, OLDEST = 10, 40
CLOCK_TOLERANCE = timedelta(days=1)
_DAMAGE = re.compile("[?¼½¾¤¦¨´¸\ufffd]")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True)
class Expectations:
    """What the file should be, said by whoever received it; instants are naive, Paris time."""

    school_year: int
    on: date
    at: datetime
    levels: frozenset[str] = frozenset()
    uai: str = ""
    max_age_days: int = 3650
    deduced: frozenset[str] = frozenset()


@lru_cache(maxsize=5_000)
def is_email(text: str) -> bool:
    """Whether mail could be sent there: an @, a dotted domain, 254 characters at most."""
    return len(text) <= 254 and bool(_EMAIL.fullmatch(text))


def is_damaged(*names: str) -> bool:
    """« ? » for a letter the source could not write, « ¼ » for Œ read in the wrong encoding."""
    return _DAMAGE.search(" ".join(names)) is not None


def check_roll(
    roll: Roll, expected: Expectations, aside: list[tuple[PupilRow, FindingKind]]
) -> Iterator[Finding]:
    """All that is wrong with this roll, the rows set `aside` included."""
    for check in ROLL_CHECKS:
        yield from check(roll, expected)
    for pupil, kind in aside:
        yield kind.at(pupil.place, line=pupil.line)
    unusable = {pupil.source_id for pupil, _kind in aside}
    usable = [pupil for pupil in roll.pupils if pupil.source_id not in unusable]
    for pupil in usable:
        for check_pupil in PUPIL_CHECKS:
            for kind in check_pupil(pupil, expected):
                yield kind.at(_precise_place(pupil, kind), line=pupil.line)
    yield from _check_guardians(roll, usable, expected)


def set_aside(roll: Roll) -> list[tuple[PupilRow, FindingKind]]:
    """The rows that cannot be used, each with its reason: nobody could say whom they speak of."""
    ids = Counter(pupil.source_id for pupil in roll.pupils)
    ines = Counter(pupil.ine for pupil in roll.pupils if pupil.ine)
    aside = []
    for pupil in roll.pupils:
        kind = _obstacle(pupil, ids[pupil.source_id] > 1 or not pupil.source_id, ines[pupil.ine] > 1)
        if kind:
            aside.append((pupil, kind))
    return aside


def _obstacle(pupil: PupilRow, same_id: bool, same_ine: bool) -> FindingKind | None:
    if same_id:
        return found.DUPLICATE_PUPIL
    if same_ine:
        return found.DUPLICATE_INE
    if not pupil.family_name or not pupil.given_name:
        return found.NO_NAME
    return found.NO_BIRTH_DATE if pupil.birth_on is None else None


def _check_content(roll: Roll, expected: Expectations) -> Iterator[Finding]:
    if "pupils" not in roll.parts:
        yield found.NO_PUPILS_FILE.at(roll.header.uai)
    elif not roll.pupils and roll.is_complete:
        yield found.NO_PUPIL.at(roll.header.uai)


def _check_school(roll: Roll, expected: Expectations) -> Iterator[Finding]:
    uai = roll.header.uai
    if not is_uai(uai):
        yield found.BAD_UAI.at(uai)
    elif expected.uai and uai != expected.uai:
        yield found.WRONG_SCHOOL.at(f"{uai} ≠ {expected.uai}")
    elif (other := _other_school(roll)) is not None:
        yield found.WRONG_SCHOOL.at(f"{uai} ≠ …{other}…")


def _other_school(roll: Roll) -> str | None:
    """The school most pupils' local numbers name: five digits, then the UAI without its first and last signs."""
    named = Counter(pupil.local_id[5:] for pupil in roll.pupils if len(pupil.local_id) == 11)
    if not named:
        return None
    inside, _count = named.most_common(1)[0]
    return inside if inside != roll.header.uai[1:-1] else None


def _check_time(roll: Roll, expected: Expectations) -> Iterator[Finding]:
    header = roll.header
    if header.school_year != expected.school_year:
        yield found.WRONG_YEAR.at(f"{header.school_year} ≠ {expected.school_year}")
    if header.exported_at is None:
        return
    if header.exported_at > expected.at + CLOCK_TOLERANCE:
        yield found.FROM_FUTURE.at(f"{header.exported_at:%d/%m/%Y %H:%M}")
    elif is_too_old(roll, expected):
        yield found.OLD_FILE.at(f"{header.exported_at:%d/%m/%Y %H:%M}")


def is_on_time(header: FileHeader, expected: Expectations) -> bool:
    """Whether nothing is wrong with the year and the instant a file gives itself."""
    return not any(_check_time(Roll(header, frozenset()), expected))


def steady_until(roll: Roll, expected: Expectations) -> date | None:
    """The last day on which this roll says what it says on `expected.on`; None when it may say otherwise any day.

    Exit dates pass, pupils come of age, ages are counted by year; and a level that the documents leave out may be
    known from another school's file tomorrow. Of a roll of which no row was set aside.
    """
    if expected.deduced or any(pupil.mef and not pupil.mefstat4 for pupil in roll.pupils):
        return None
    year_end = date(expected.on.year, 12, 31)
    days = [pupil.exit_on for pupil in roll.pupils if pupil.exit_on and not pupil.has_left(expected.on)]
    birthdays = {
        pupil.source_id: birthday
        for pupil in roll.pupils
        if pupil.birth_on and expected.on < (birthday := comes_of_age_on(pupil.birth_on)) <= year_end
    }
    coming_of_age = [pupil for pupil in roll.pupils if pupil.source_id in birthdays]
    for pupil, emails in _to_be_reached(roll, coming_of_age, expected):
        birthday = birthdays[pupil.source_id]
        as_adult = list(_check_signers(pupil, emails, birthday))
        if as_adult != list(_check_signers(pupil, emails, expected.on)):
            days.append(birthday - timedelta(days=1))
    return min([year_end, *days])


def is_too_old(roll: Roll, expected: Expectations) -> bool:
    """Older than the rules allow on the day of the import."""
    exported_at = roll.header.exported_at
    return exported_at is not None and (expected.on - exported_at.date()).days > expected.max_age_days


def _check_links(roll: Roll, expected: Expectations) -> Iterator[Finding]:
    if "guardians" not in roll.parts:
        return
    if not roll.links:
        yield found.NO_LINKS.at(roll.header.uai)
    pupils = {pupil.source_id for pupil in roll.pupils}
    people = {person.source_id for person in roll.guardians}
    for link in roll.links:
        if link.pupil_source_id not in pupils or link.guardian_source_id not in people:
            yield found.DANGLING_LINK.at(f"{link.pupil_source_id} – {link.guardian_source_id}")


ROLL_CHECKS: tuple[Callable[[Roll, Expectations], Iterator[Finding]], ...] = (
    _check_content,
    _check_school,
    _check_time,
    _check_links,
)


def _check_number(pupil: PupilRow, expected: Expectations) -> Iterator[FindingKind]:
    if not pupil.ine and not pupil.has_left(expected.on):
        yield found.BAD_INE if pupil.raw_ine else found.NO_INE


def _check_place_in_school(pupil: PupilRow, expected: Expectations) -> Iterator[FindingKind]:
    if pupil.has_left(expected.on):
        return
    if not pupil.mef:
        yield found.NO_STUDY
    elif not pupil.mefstat4:
        yield found.UNKNOWN_STUDY
    elif pupil.mef in expected.deduced:
        yield found.DEDUCED_LEVEL
    if not pupil.class_code:
        yield found.NO_CLASS


def _check_values(pupil: PupilRow, expected: Expectations) -> Iterator[FindingKind]:
    if is_damaged(pupil.family_name, pupil.usage_name, pupil.given_name):
        yield found.DAMAGED_NAME
    if pupil.bad_values:
        yield found.BAD_DATE
    if pupil.birth_on and not YOUNGEST <= expected.on.year - pupil.birth_on.year <= OLDEST:
        yield found.ODD_BIRTH_DATE
    if pupil.exit_on and pupil.entry_on and pupil.exit_on < pupil.entry_on:
        yield found.EXIT_BEFORE_ENTRY
    if pupil.email and not is_email(pupil.email):
        yield found.BAD_EMAIL


PUPIL_CHECKS: tuple[Callable[[PupilRow, Expectations], Iterator[FindingKind]], ...] = (
    _check_number,
    _check_place_in_school,
    _check_values,
)


def _precise_place(pupil: PupilRow, kind: FindingKind) -> str:
    details = {
        found.UNKNOWN_STUDY.code: pupil.mef,
        found.DEDUCED_LEVEL.code: pupil.mef,
        found.BAD_INE.code: pupil.raw_ine,
        found.BAD_DATE.code: ", ".join(pupil.bad_values),
        found.BAD_EMAIL.code: pupil.email,
    }
    detail = details.get(kind.code)
    return f"{pupil.place} : {detail}" if detail else pupil.place


def _check_guardians(roll: Roll, usable: list[PupilRow], expected: Expectations) -> Iterator[Finding]:
    if "guardians" not in roll.parts or not roll.links:
        return
    for person in roll.guardians:
        if is_damaged(person.family_name, person.usage_name, person.given_name):
            yield found.DAMAGED_NAME.at(person.name)
        if person.email and not is_email(person.email):
            yield found.BAD_EMAIL.at(f"{person.name} : {person.email}")
    for pupil, emails in _to_be_reached(roll, usable, expected):
        yield from _check_signers(pupil, emails, expected.on)


def _to_be_reached(
    roll: Roll, usable: Iterable[PupilRow], expected: Expectations
) -> Iterator[tuple[PupilRow, list[str]]]:
    """The pupils the programme may equip, with the addresses of their legal guardians."""
    if "guardians" not in roll.parts or not roll.links:
        return
    addresses = {person.source_id: person.email for person in roll.guardians}
    emails: dict[str, list[str]] = {
        pupil.source_id: []
        for pupil in usable
        if pupil.mefstat4 in expected.levels and pupil.is_schooled(expected.on)
    }
    for link in roll.links:
        if link.level == LEGAL and link.pupil_source_id in emails and link.guardian_source_id in addresses:
            emails[link.pupil_source_id].append(addresses[link.guardian_source_id])
    for pupil in usable:
        if pupil.source_id in emails:
            yield pupil, emails[pupil.source_id]


def _check_signers(pupil: PupilRow, emails: list[str], on: date) -> Iterator[Finding]:
    if pupil.birth_on and is_adult(pupil.birth_on, on):
        if not is_email(pupil.email):
            yield found.ADULT_WITHOUT_EMAIL.at(pupil.place, line=pupil.line)
    elif not emails:
        yield found.NO_GUARDIAN.at(pupil.place, line=pupil.line)
    elif not any(map(is_email, emails)):
        yield found.NO_GUARDIAN_EMAIL.at(pupil.place, line=pupil.line)
