"""Several nights of a fictitious region, drawn from a seed, to be delivered in any way a real feed may."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from django.db import connection

from programmes.models import Campaign
from schools.fictitious.evolutions import arrive, leave, rename, transfer, vanish
from schools.fictitious.region import FictitiousRegion
from schools.fictitious.siecle import write_school
from schools.imports import ImportReport, import_enrolments


FIRST = date(2026, 9, 8)


@dataclass(frozen=True)
class Delivery:
    """One school's files of one night."""

    night: int
    uai: str
    paths: tuple[Path, ...]

    @property
    def on(self) -> date:
        return FIRST + timedelta(days=self.night)


def write_nights(region: FictitiousRegion, folder: Path, *, count: int, seed: int) -> list[list[Delivery]]:
    """`count` nights; between two, schools live: names, numbers, classes, addresses, arrivals, departures, moves."""
    random, nights = Random(seed), []
    for night in range(count):
        if night:
            _live(region, random, FIRST + timedelta(days=night))
        nights.append([_export(region, school, folder, night) for school in region.schools])
    return nights


def _export(region, school, folder: Path, night: int) -> Delivery:
    on = FIRST + timedelta(days=night)
    at = datetime(on.year, on.month, on.day, 5, 12, 44)
    paths = write_school(school, folder / f"{night}" / school.uai, year=region.year, at=at)
    return Delivery(night, school.uai, tuple(paths))


def _live(region: FictitiousRegion, random: Random, on: date) -> None:
    for school in region.schools:
        for act in random.sample(ACTS, 3):
            act(region, school, random, on)


def _rename(region, school, random: Random, on: date) -> None:
    rename(region, random.choice(school.pupils))


def _move_class(region, school, random: Random, on: date) -> None:
    random.choice(school.pupils).class_code = f"2GT{random.randrange(1, 9)}"


def _arrive(region, school, random: Random, on: date) -> None:
    arrive(region, school, on=on)


def _vanish(region, school, random: Random, on: date) -> None:
    vanish(school, random.choice(school.pupils))


def _leave(region, school, random: Random, on: date) -> None:
    leave(random.choice(school.pupils), on=on - timedelta(days=random.randrange(3)))


def _new_number(region, school, random: Random, on: date) -> None:
    pupil = random.choice(school.pupils)
    pupil.ine, pupil.old_ine = f"{random.randrange(10**9):09d}ZZ", pupil.ine


def _new_address(region, school, random: Random, on: date) -> None:
    links = random.choice(school.pupils).links
    if links:
        links[0].guardian.email = f"nouvelle.{random.randrange(10**6)}@example.org"


def _transfer(region, school, random: Random, on: date) -> None:
    others = [other for other in region.schools if other is not school]
    here = [pupil for pupil in school.pupils if pupil.exit_on is None and pupil.entry_on < on]
    if here:
        pupil, region.last_pupil = random.choice(here), region.last_pupil + 1
        number = 950_000 + region.last_pupil
        transfer(pupil, origin=school, destination=random.choice(others), on=on, eleve_id=number)


ACTS: list[Callable] = [_rename, _move_class, _arrive, _vanish, _leave, _new_number, _new_address, _transfer]


def deliver(campaign: Campaign, paths: list[Path], on: date) -> ImportReport:
    """One run of an import, with whatever paths came to it."""
    at = datetime(on.year, on.month, on.day, 6, tzinfo=UTC)
    return import_enrolments(paths=paths, campaign=campaign, by=None, at=at, on=on)


WRITTEN = (
    "pupil", "pupilalias", "enrolment", "guardian", "guardianship", "enrolmentchange", "enrolmentimport",
)  # fmt: skip


def lay_the_trap() -> None:
    """From now on a session may be told to fail at its n-th statement that writes to the tables of an import."""
    with connection.cursor() as cursor:
        cursor.execute(_TRAP)
        for table in WRITTEN:
            cursor.execute(
                f"CREATE TRIGGER trap BEFORE INSERT OR UPDATE ON schools_{table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION trap()"
            )


@contextmanager
def failing_at(write: int):
    """The n-th write of what is done inside raises, once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval('trap_writes', 1, false), set_config('trap.at', %s, false)", [str(write)]
        )
        try:
            yield
        finally:
            cursor.execute("SELECT set_config('trap.at', '', false)")


_TRAP = """
CREATE SEQUENCE trap_writes;
CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE at_write text := coalesce(current_setting('trap.at', true), '');
BEGIN
    IF at_write <> '' THEN
        IF nextval('trap_writes') = at_write::bigint THEN RAISE EXCEPTION 'The import is cut here.'; END IF;
    END IF;
    RETURN NULL;
END $$;
"""
