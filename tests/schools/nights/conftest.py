"""A drop folder, the nights played from it, and what is left in the base afterwards."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from programmes.models import Campaign
from schools.fictitious.region import FictitiousRegion, FictitiousSchool
from schools.fictitious.siecle import FILES, write_school
from schools.models import Enrolment, EnrolmentChange, EnrolmentNight
from schools.nights.opening import open_nights
from schools.nights.playing import play_unfinished


FIRST = date(2026, 9, 8)
CHANGE_FIELDS = ("enrolment__pupil__ine", "enrolment__school__uai", "kind", "on", "details")
ENROLMENT_FIELDS = (
    "pupil__ine",
    "school__uai",
    "state",
    "class_code",
    "entered_on",
    "left_on",
    "exit_reason",
    "absences_count",
)


@dataclass
class Depot:
    """The academy's folder: files dropped for a day, nights rung on a day."""

    campaign: Campaign
    region: FictitiousRegion
    folder: Path

    def drop(self, day: date, *schools: FictitiousSchool, files=FILES, hour: int = 5) -> None:
        """A day's files of these schools, or of all, made before that night."""
        for school in schools or self.region.schools:
            folder = self.folder / f"{day:%d}" / school.uai
            write_school(
                school, folder, year=self.region.year, at=datetime.combine(day, time(hour)), files=files
            )

    def open(self, on: date) -> list[EnrolmentNight]:
        return open_nights(campaign=self.campaign, folder=self.folder, on=on, at=instant(on))

    def ring(self, on: date) -> list[EnrolmentNight]:
        """The night of that day, played to its end in this process."""
        nights = self.open(on)
        play_unfinished(campaign_id=self.campaign.pk, at=instant(on))
        return [EnrolmentNight.objects.get(pk=night.pk) for night in nights]


def instant(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(6, 30)))


def nth(count: int) -> date:
    """The first night, the one after it…"""
    return FIRST + timedelta(days=count)


def state_of_the_base() -> tuple[list, list]:
    """Enrolments and changes, whatever their numbers in the base."""
    enrolments = Enrolment.objects.values_list(*ENROLMENT_FIELDS)
    changes = [
        (*row[:-1], sorted(row[-1].items())) for row in EnrolmentChange.objects.values_list(*CHANGE_FIELDS)
    ]
    return sorted(enrolments, key=repr), sorted(changes, key=repr)


@pytest.fixture
def depot(world, tmp_path) -> Depot:
    folder = tmp_path / "depot"
    folder.mkdir()
    return Depot(world.campaign, world.region, folder)
