"""The neutral rows every enrolment source is read into.

Only what the programme needs is read: no sex, nationality, birthplace, profession, scholarship or address.
An absent value and an empty one are the same, "" or None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from core.findings import Finding, FindingKind


LEGAL, IN_CHARGE, CONTACT = 1, 2, 3
"""Levels of responsibility of SIECLE since 2018: legal guardian, in charge of the child, contact only."""

CSV_ROOT, XLSX_ROOT = "table-csv", "table-xlsx"
TABLE_TYPES = {
    CSV_ROOT: "text/csv",
    XLSX_ROOT: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The two kinds of table, by the root element they would have if they were XML."""

SCHOOL_STATUS, APPRENTICE_STATUS = "ST", "AP"


@dataclass(frozen=True, slots=True)
class FileHeader:
    """What a file says of itself: the school, the September of the school year, when it was made (naive, Paris).

    `is_complete` is False when it only tells what changed since the one before.
    """

    uai: str
    school_year: int | None
    exported_at: datetime | None
    is_complete: bool = True


@dataclass(slots=True)
class PupilRow:
    """A pupil as one school's base knows them on the day of the export; `mefstat4` may come from another document."""

    source_id: str
    ine: str
    other_ines: tuple[str, ...]
    family_name: str
    usage_name: str
    given_name: str
    birth_on: date | None
    mef: str
    mefstat4: str
    class_code: str
    entry_on: date | None
    exit_on: date | None
    exit_reason: str
    status: str
    is_repeater: bool
    email: str
    phone: str
    previous_mef: str
    previous_uai: str
    local_id: str = ""
    raw_ine: str = ""
    bad_values: tuple[str, ...] = ()
    line: int = 0

    @property
    def name(self) -> str:
        return f"{self.usage_name or self.family_name} {self.given_name}"

    @property
    def place(self) -> str:
        """How a finding names the pupil, by the line too when they stand in a table."""
        if self.line:
            number = f" ({self.ine})" if self.ine else ""
            return _("line %(number)d: %(name)s") % {"number": self.line, "name": f"{self.name}{number}"}
        return f"{self.name} ({self.ine or self.source_id})"

    @property
    def ines(self) -> tuple[str, ...]:
        """Every number the pupil is known by, the current one first."""
        return (self.ine, *self.other_ines) if self.ine else self.other_ines

    def is_schooled(self, on: date) -> bool:
        """SIECLE's own definition (exports' specification §11.2): a study code, a class and no past exit date."""
        return bool(self.mef and self.class_code) and not self.has_left(on)

    def has_left(self, on: date) -> bool:
        """Exit dates to come are announced departures, not departures."""
        return self.exit_on is not None and self.exit_on < on


@dataclass(slots=True, unsafe_hash=True)  # nobody changes one; frozen, each field would cost a call
class GuardianRow:
    """A person around pupils; the same e-mail may serve several people, so it identifies nobody."""

    source_id: str
    civility: str
    family_name: str
    usage_name: str
    given_name: str
    email: str
    phone: str
    accepts_sms: bool

    @property
    def name(self) -> str:
        return f"{self.usage_name or self.family_name} {self.given_name}"


@dataclass(slots=True, unsafe_hash=True)  # nobody changes one; frozen, each field would cost a call
class LinkRow:
    """What a person is to a pupil: level 1 legal, 2 in charge, 3 contact; kinship 10 mother, 20 father…"""

    pupil_source_id: str
    guardian_source_id: str
    level: int
    kinship: str
    is_priority: bool
    houses_pupil: bool


@dataclass(frozen=True, slots=True)
class StudyRow:
    """A study code, the national one it depends on, its level and its label."""

    mef: str
    national_mef: str
    mefstat4: str
    label: str


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class (division) of a school and the study codes taught in it."""

    code: str
    label: str
    mefs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roll:
    """What the files of one school say together; `parts` are those that came: pupils, guardians, studies, classes.

    `is_complete` is False for what only tells of changes since the last time: whoever is not in it is not missing.
    `gone` are the source's numbers of pupils it says were deleted. `findings` were made while reading; `doubts` are
    sentences that say why a person should look before anything is applied.
    """

    header: FileHeader
    parts: frozenset[str]
    pupils: tuple[PupilRow, ...] = ()
    guardians: tuple[GuardianRow, ...] = ()
    links: tuple[LinkRow, ...] = ()
    studies: tuple[StudyRow, ...] = ()
    classes: tuple[ClassRow, ...] = ()
    source: str = "siecle"
    is_complete: bool = True
    gone: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    doubts: tuple[str, ...] = ()

    def with_levels(self, levels: dict[str, str]) -> Roll:
        """The same roll, each pupil's study code carrying its level when `levels` knows it."""
        for pupil in self.pupils:
            pupil.mefstat4 = levels.get(pupil.mef) or pupil.mefstat4
        return self


@dataclass(frozen=True, slots=True)
class Document:
    """A document read whole: the name people know it by, its root element, its bytes and their SHA-256."""

    name: str
    root: str
    data: bytes
    sha256: str

    @property
    def is_json(self) -> bool:
        """Whether the bytes are JSON."""
        return self.root not in TABLE_TYPES and self.data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (
            b"[",
            b"{",
        )

    @property
    def file_name(self) -> str:
        """The name under which the document is kept: what it is, never what somebody called it."""
        if self.root in TABLE_TYPES:
            return self.root.replace("-", ".")
        return f"{self.root}.json" if self.is_json else f"{self.root}.xml"

    @property
    def content_type(self) -> str:
        return TABLE_TYPES.get(self.root) or ("application/json" if self.is_json else "application/xml")


@dataclass(frozen=True, slots=True)
class Reader:
    """How one kind of document is read: its source, the part of a roll it holds, its header alone, then the whole.

    `is_told`: what its header leaves out (school, year) is taken from whoever received it. `wording`: what common
    findings say to those who mend this source.
    """

    source: str
    part: str
    read_header: Callable[[Document], FileHeader]
    read: Callable[[Document], Roll]
    is_told: bool = False
    wording: Mapping[str, FindingKind] = field(default_factory=dict)


def merge_parts(parts: Iterable[Roll]) -> Roll:
    """One roll from a school's files, headed by its pupils' file; the parts must be of one school and year."""
    ordered = sorted(parts, key=lambda part: "pupils" not in part.parts)
    first = ordered[0]
    return replace(
        first,
        parts=frozenset().union(*(part.parts for part in ordered)),
        pupils=tuple(row for part in ordered for row in part.pupils),
        guardians=tuple(row for part in ordered for row in part.guardians),
        links=tuple(row for part in ordered for row in part.links),
        studies=tuple(row for part in ordered for row in part.studies),
        classes=tuple(row for part in ordered for row in part.classes),
        gone=tuple(number for part in ordered for number in part.gone),
        findings=tuple(finding for part in ordered for finding in part.findings),
        doubts=tuple(doubt for part in ordered for doubt in part.doubts),
    )
