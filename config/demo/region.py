"""Twelve fictitious schools, each at its own stage, and the files their bases send."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from accounts.models import User
from config.demo.calendar import DemoCalendar, at
from config.demo.people import give_school
from programmes.campaigns import open_campaign
from programmes.models import Campaign
from schools.directory import import_schools
from schools.enums import StaffFunction
from schools.feeds.deliveries import look_at, read_due, receive_push
from schools.fictitious.directory import write_directory
from schools.fictitious.evolutions import arrive, leave, rename, transfer, vanish
from schools.fictitious.region import FictitiousRegion, FictitiousSchool, make_region
from schools.fictitious.siecle import write_school
from schools.models import FeedToken, School, SchoolMembership


SCHOOLS, PUPILS, SEED = 12, 150, 2026
WRONG = "X"
OUTSIDE = 11  # the rank of the school that never joined the programme


@dataclass(slots=True)
class DemoRegion:
    """The region as its bases see it (`fictitious`) and as the portal knows it (`campaign`, `schools`).

    `folder` is the demo's own part of the drop folder.
    """

    calendar: DemoCalendar
    campaign: Campaign
    fictitious: FictitiousRegion
    folder: Path

    def school(self, rank: int) -> School:
        return School.objects.get(uai=self.base(rank).uai)

    def base(self, rank: int) -> FictitiousSchool:
        return self.fictitious.schools[rank]

    def drop_files(self, day: date, *ranks: int) -> None:
        """Export these schools' bases, or all, into the drop folder, as the academy does before the night of `day`."""
        made_at = at(day, 1, 12)
        for rank in ranks or range(SCHOOLS):
            for path in self._export(rank, self.folder / f"{day:%Y%m%d}" / self.base(rank).uai, made_at):
                os.utime(path, (made_at.timestamp(), made_at.timestamp()))

    def push_files(self, day: date, rank: int, token: FeedToken) -> None:
        """The same for one school, pushed by its own application in the morning."""
        with tempfile.TemporaryDirectory() as folder:
            paths = self._export(rank, Path(folder), at(day, 7, 40))
            files = [(path.name, path.read_bytes()) for path in paths]
        receive_push(
            token=token, files=files, campaign=self.campaign, reading=look_at(files), at=at(day, 7, 41)
        )
        read_due(at=at(day, 7, 42), on=day, clock=lambda: at(day, 7, 42))

    def _export(self, rank: int, folder: Path, made_at: datetime) -> list[Path]:
        year = self.fictitious.year
        return write_school(self.base(rank), folder, year=year, at=made_at.replace(tzinfo=None))


def open_region(calendar: DemoCalendar, accounts: dict[str, User]) -> DemoRegion:
    """The campaign, its schools, those who joined, and who acts for two of them."""
    campaign = open_campaign(
        preset="normandie", year=calendar.school_year, by=accounts["region"], on=calendar.opened_on
    )
    lay_around_today(campaign, calendar)
    fictitious = make_region(schools=SCHOOLS, pupils=PUPILS, seed=SEED, year=calendar.school_year)
    folder = Path(settings.DROP_FOLDER) / "demo"
    shutil.rmtree(folder, ignore_errors=True)  # what a demo cut short had dropped
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as other:
        import_schools(path=write_directory(fictitious, Path(other) / "annuaire.csv"), campaign=campaign)
    region = DemoRegion(calendar, campaign, fictitious, folder)
    SchoolMembership.objects.filter(school=region.school(OUTSIDE), campaign=campaign).delete()
    since = at(calendar.opened_on)
    give_school(accounts["proviseure"], region.school(0), at=since)
    give_school(accounts["gestionnaire"], region.school(1), function=StaffFunction.BURSAR, at=since)
    give_school(accounts["gestionnaire"], region.school(2), function=StaffFunction.BURSAR, at=since)
    return region


def lay_around_today(campaign: Campaign, calendar: DemoCalendar) -> None:
    """Move the campaign's days so that today falls in the middle of the deliveries; the rules stay the preset's."""
    campaign.opens_on = calendar.opened_on
    campaign.mailing_on = calendar.mailing_on
    campaign.first_delivery_on = calendar.first_delivery_on
    campaign.last_delivery_on = calendar.last_delivery_on
    campaign.closes_on = calendar.closes_on
    campaign.save()


def newcomers(region: DemoRegion, day: date) -> None:
    """Two weeks after the mailing: arrivals in every school, a name changed at the registry office."""
    for rank in range(SCHOOLS):
        arrive(region.fictitious, region.base(rank), on=day)
    rename(region.fictitious, region.base(3).pupils[5])


def doubles(region: DemoRegion, day: date) -> None:
    """Pupils typed again in another school's base instead of being passed on; two of the three without their number."""
    for place, (origin, destination) in enumerate(((5, 7), (8, 9), (4, 10))):
        known = region.base(origin).pupils[20 + place]
        twin = arrive(region.fictitious, region.base(destination), on=day)
        for field in ("family_name", "usage_name", "given_name", "birth_on"):
            setattr(twin, field, getattr(known, field))
        if place:
            twin.ine = ""
            leave(known, on=day - timedelta(days=1))


def departures(region: DemoRegion, day: date, equipped: set[str]) -> None:
    """Some who have a laptop (`equipped`, by INE) leave school, one changes school, one is no longer in the file."""
    base = region.base(1)
    leavers = [pupil for pupil in base.pupils if pupil.ine in equipped][:4]
    for pupil in leavers[:2]:
        leave(pupil, on=day - timedelta(days=1))
    transfer(leavers[2], origin=base, destination=region.base(2), on=day, eleve_id=990001)
    vanish(base, leavers[3])


def half_a_file(region: DemoRegion, rank: int) -> None:
    """What a broken feed sends: whole classes are missing."""
    base = region.base(rank)
    del base.pupils[len(base.pupils) // 2 :]


def wrong_classes(region: DemoRegion, rank: int) -> None:
    """What the wrong base sends: last year's names of classes."""
    for pupil in region.base(rank).pupils:
        pupil.class_code = f"{WRONG}{pupil.class_code}"


def right_classes(region: DemoRegion, rank: int) -> None:
    for pupil in region.base(rank).pupils:
        pupil.class_code = pupil.class_code.removeprefix(WRONG)
