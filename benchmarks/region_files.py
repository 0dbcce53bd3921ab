"""Three nights of a fictitious region's files, in the zips SIECLE makes, written by two processes.

first      the night that fills an empty base
unchanged  exported again the next morning: another instant inside, the same people
ordinary   one pupil in a hundred of every school arrives, moves to another class or has a parent who moves
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path
from random import Random

from schools.fictitious.directory import write_directory
from schools.fictitious.evolutions import arrive
from schools.fictitious.names import FAMILY_NAMES
from schools.fictitious.region import FictitiousRegion, FictitiousSchool, draw_schools, make_region
from schools.fictitious.siecle import write_school


YEAR = 2026
EXPORTED_AT = {
    "first": datetime(2026, 9, 8, 5, 12, 44),
    "unchanged": datetime(2026, 9, 9, 5, 13, 2),
    "ordinary": datetime(2026, 9, 10, 5, 12, 51),
}
PROCESSES = 2


@dataclass(frozen=True)
class RegionFiles:
    """`schools` schools of `pupils` pupils; a folder a night, and in it a folder a school."""

    folder: Path
    schools: int
    pupils: int

    @property
    def pupil_count(self) -> int:
        return self.schools * self.pupils

    @property
    def directory(self) -> Path:
        return self.folder / "annuaire.csv"

    def folders(self, night: str) -> list[Path]:
        """The schools' folders of a night, in the order of their UAI."""
        return sorted((self.folder / night).iterdir())

    def received_at(self, night: str) -> datetime:
        return EXPORTED_AT[night].replace(tzinfo=UTC)

    def on(self, night: str) -> date:
        return EXPORTED_AT[night].date()


def write_files(
    folder: Path, *, schools: int, pupils: int, nights: tuple[str, ...] = ("first",)
) -> RegionFiles:
    """Write the directory of the schools and their files of these nights."""
    files = RegionFiles(folder, schools, pupils)
    write_directory(make_region(schools=schools, pupils=0), files.directory)
    shares = [(files, nights, range(first, schools, PROCESSES)) for first in range(PROCESSES)]
    with get_context("spawn").Pool(PROCESSES) as pool:
        pool.starmap(_write_share, shares)
    return files


def _write_share(files: RegionFiles, nights: tuple[str, ...], ranks: range) -> None:
    first = ranks.start * files.pupil_count  # numbers nobody else gives
    region = FictitiousRegion(
        YEAR, Random(ranks.start), last_pupil=first, last_person=2 * first, family_names=_family_names()
    )
    for school in draw_schools(region, ranks, pupils=files.pupils):
        for night in nights:
            if night == "ordinary":
                _live_a_day(region, school)
            write_school(school, files.folder / night / school.uai, year=YEAR, at=EXPORTED_AT[night])


def _family_names() -> tuple[str, ...]:
    """As many as a country has: among two million pupils of a few names, one in twenty would have a namesake born the
    same day, and each is a question for a person."""
    return tuple(
        sorted(
            {
                one[: len(one) // 2] + other[len(other) // 2 :]
                for one in FAMILY_NAMES
                for other in FAMILY_NAMES
            }
        )
    )


def _live_a_day(region: FictitiousRegion, school: FictitiousSchool) -> None:
    """In turn: a newcomer, another class, another address for a parent."""
    parents = [link.guardian for pupil in school.pupils for link in pupil.links]
    for turn in range(max(1, len(school.pupils) // 100)):
        if turn % 3 == 0:
            arrive(region, school, on=EXPORTED_AT["ordinary"].date())
        elif turn % 3 == 1:
            region.random.choice(school.pupils).class_code = "2GT9"
        else:
            parent = region.random.choice(parents)
            parent.email = f"nouvelle.{parent.person_id}@example.org"
