"""What an import or a check found: every finding is gathered and reported at once, and repeats are folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from django.utils.functional import Promise


PLACES_KEPT = 500


class Level(StrEnum):
    """How much a finding matters.

    REFUSAL   nothing of the file is applied until somebody mends it.
    BLOCKING  the rest is applied, but what the row speaks of goes no further until somebody mends it.
    WARNING   the row is applied; somebody should mend it at the source.
    NOTE      nothing to do, worth knowing.
    """

    REFUSAL = "refusal"
    BLOCKING = "blocking"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: a stable code for programs, a sentence, a place and a remedy for people.

    `place` says where (« LEFÈVRE Zoé (123456789AB) », « line 12 »); `remedy` says what to do, and in which application.
    `line` is the number of a line of a table, 0 where there is none.
    """

    code: str
    level: Level
    sentence: str
    place: str = ""
    remedy: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class FindingKind:
    """A row of a catalogue of findings: the sentence is of the kind, what differs is in the place."""

    code: str
    level: Level
    sentence: str | Promise
    remedy: str | Promise = ""

    def at(self, place: str = "", line: int = 0) -> Finding:
        """This kind of finding, at that place."""
        return Finding(self.code, self.level, str(self.sentence), place, str(self.remedy), line)


@dataclass(slots=True)
class FoldedFinding:
    """What was found in `count` places, of which the first PLACES_KEPT are named."""

    code: str
    level: Level
    sentence: str
    remedy: str
    count: int = 0
    places: list[str] = field(default_factory=list)

    def add(self, place: str) -> None:
        self.count += 1
        if place and len(self.places) < PLACES_KEPT:
            self.places.append(place)


class Findings:
    """A collection that folds repeats: 400 pupils without an INE are one line with 400 places.

    >>> found = Findings()
    >>> found.add(Finding("no_ine", Level.WARNING, "No INE.", "A"))
    >>> found.add(Finding("no_ine", Level.WARNING, "No INE.", "B"))
    >>> found.counts()
    {'no_ine': 2}
    """

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self._folded: dict[str, FoldedFinding] = {}
        self._lines: list[Finding] = []
        self.wording: Mapping[str, FindingKind] = {}
        self.extend(findings)

    def add(self, finding: Finding) -> None:
        """Add one; where `wording` has its code, it says so in its own words, for those who mend another source."""
        if (kind := self.wording.get(finding.code)) is not None:
            finding = replace(kind.at(finding.place, finding.line), level=finding.level)
        if finding.line and len(self._lines) < PLACES_KEPT:
            self._lines.append(finding)
        folded = self._folded.get(finding.code)
        if folded is None:
            folded = FoldedFinding(finding.code, finding.level, finding.sentence, finding.remedy)
            self._folded[finding.code] = folded
        folded.add(finding.place)

    def extend(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.add(finding)

    def add_folded(self, folded: FoldedFinding) -> None:
        """Add what was folded once already, by an earlier check of the same."""
        self._folded[folded.code] = folded

    def __iter__(self) -> Iterator[FoldedFinding]:
        return iter(self._folded.values())

    def __len__(self) -> int:
        return sum(folded.count for folded in self)

    def counts(self) -> dict[str, int]:
        """How many of each code, in the order of the codes."""
        return {code: self._folded[code].count for code in sorted(self._folded)}

    def by_line(self) -> list[Finding]:
        """Those of the lines of a table, in the order of the lines; at most PLACES_KEPT."""
        return sorted(self._lines, key=lambda finding: finding.line)

    @property
    def refusals(self) -> list[FoldedFinding]:
        """What forbids to apply anything; empty when the file may be applied."""
        return [folded for folded in self if folded.level is Level.REFUSAL]
