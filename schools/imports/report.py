"""What an import tells: one report a school, and their sum."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.findings import Findings, Level
from schools.enums import ImportState


@dataclass(slots=True)
class Counts:
    """Pupils read and pupils enrolled in the file; then enrolments opened, things altered, enrolments closed."""

    listed: int = 0
    enrolled: int = 0
    arrivals: int = 0
    changes: int = 0
    departures: int = 0

    def as_json(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__slots__}

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(slots=True)
class SchoolReport:
    """What became of one school's files. `uai` is what they say, "" for a file nobody could read; `name` if known."""

    uai: str
    state: ImportState
    findings: Findings
    counts: Counts = field(default_factory=Counts)
    hold_reasons: list[str] = field(default_factory=list)
    import_id: int | None = None
    name: str = ""

    @property
    def refusal(self) -> str:
        """Why nothing was applied, in sentences; "" when the file was accepted."""
        return " ".join(
            f"{finding.sentence} ({', '.join(finding.places)})" if finding.places else finding.sentence
            for finding in self.findings
            if finding.level is Level.REFUSAL
        )


@dataclass(slots=True)
class ImportReport:
    """The reports of all the schools whose files came, in the order of their UAI."""

    schools: list[SchoolReport] = field(default_factory=list)

    @property
    def counts(self) -> Counts:
        """The sum over the files that were believed or wait for a person; a refused file counts for nothing."""
        accepted = (school.counts for school in self.schools if school.state != ImportState.REFUSED)
        return sum(accepted, Counts())

    @property
    def held(self) -> list[str]:
        """UAIs of the schools whose file waits for a person."""
        return sorted({school.uai for school in self.schools if school.state == ImportState.HELD})

    @property
    def refused(self) -> list[SchoolReport]:
        return [school for school in self.schools if school.state == ImportState.REFUSED]

    @property
    def all_accepted(self) -> bool:
        """Whether nothing is left for a person to look at before the rest can be applied."""
        return not self.held and not self.refused

    def finding_counts(self) -> dict[str, int]:
        total: dict[str, int] = {}
        for school in self.schools:
            for code, count in school.findings.counts().items():
                total[code] = total.get(code, 0) + count
        return dict(sorted(total.items()))

    def as_json(self) -> dict[str, Any]:
        """What `import_enrolments --json` prints: stable names."""
        return {**self.counts.as_json(), "held": self.held, "findings": self.finding_counts()}
