"""What every step of one school's import knows, and the way it speaks SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from accounts.models import User
from programmes.models import Campaign
from schools.imports.prepared import planned
from schools.imports.rules import RegionFacts
from schools.models import School


@dataclass(slots=True)
class Run:
    """One import: for which campaign, by whom, at what instant, for which day; a dry run leaves nothing behind.

    `comment` is why a person applied a held file after all.
    """

    campaign: Campaign
    by: User | None
    at: datetime
    on: date
    dry_run: bool = False
    expected_uai: str = ""
    comment: str = ""


@dataclass(slots=True)
class Known:
    """What the base knew before the file came. Where it knew nothing there is nothing to compare.

    `aliases`: whether this school's base numbered anybody before. `newcomers`: how many of the file's pupils were made,
    once they are. `region`: what tonight's files take away, as counted before this one was applied.
    """

    pupils: int = 0
    enrolments: int = 0
    missing: int = 0
    guardians: int = 0
    aliases: bool = False
    newcomers: int = 0
    region: RegionFacts | None = None

    @property
    def nobody(self) -> bool:
        """A school that starts: none of its pupils was known, here or elsewhere, and nobody was enrolled here."""
        return not self.pupils and not self.enrolments


@dataclass(slots=True)
class SchoolRun:
    """The part of a run that is about one school.

    `counts_absences`: a pupil missing from this file is one absence more. `reads_departures`: exit dates are believed
    (not in the summer, when bases empty themselves). `has_guardians`: the guardians' file came and links people.
    `has_former_ines`: it gives some pupil more numbers than one.
    `is_complete`: the file lists everybody, so that whoever is not in it is missing.
    `known`: rows of the file whose pupil the base knew, enrolments open here (and those the file misses) and guardians
    of this school, all before it.
    """

    run: Run
    school: School
    source: str
    has_guardians: bool
    has_former_ines: bool = True
    counts_absences: bool = True
    reads_departures: bool = True
    is_complete: bool = True
    import_id: int | None = None
    known: Known = field(default_factory=Known)
    parameters: dict[str, Any] = field(init=False)
    _waiting: list[tuple[str, tuple[Any, ...]]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        rules = self.run.campaign.rule_tree
        self.parameters = {
            "school": self.school.pk,
            "uai": self.school.uai,
            "campaign": self.run.campaign.pk,
            "source": self.source,
            "on": self.run.on,
            "at": self.run.at,
            "absences": rules.departure.absences_before_left,
        }

    def later(self, sql: str, **more: Any) -> None:
        """A statement whose answer nobody waits for: it leaves with the next one, before it."""
        self._waiting.append(planned(sql).called(self._known(more)))

    def execute(self, sql: str, **more: Any) -> int:
        """Run a statement with this run's parameters; the number of rows it touched."""
        with connection.cursor() as cursor:
            self._leave(cursor, *planned(sql).called(self._known(more)))
            return int(cursor.rowcount)

    def rows(self, sql: str, **more: Any) -> Sequence[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            self._leave(cursor, *planned(sql).called(self._known(more)))
            return list(cursor.fetchall())

    def value(self, sql: str, **more: Any) -> Any:
        return self.rows(sql, **more)[0][0]

    def rows_planned_anew(self, sql: str) -> Sequence[tuple[Any, ...]]:
        """For a statement that is rare, and whose plan must know what the tables hold now."""
        with connection.cursor() as cursor:
            cursor.execute(sql, self._known({}))
            return list(cursor.fetchall())

    def _leave(self, cursor: Any, sql: str, given: tuple[Any, ...]) -> None:
        """In one journey with those that waited; the answer is this one's."""
        statements = [*self._waiting, (sql, given)]
        self._waiting.clear()
        cursor.execute(
            ";\n".join(one for one, _values in statements),
            [value for _one, values in statements for value in values],
        )

    def _known(self, more: dict[str, Any]) -> dict[str, Any]:
        return {**self.parameters, "import": self.import_id, **more}
