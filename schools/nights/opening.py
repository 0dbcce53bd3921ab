"""The nights to play, each with a row a school. Rung twice, a night is one; missed, the next ring opens it.

A file belongs to the first night not yet opened at its day or after it: a file that comes late is for the night that
finds it, the files of a missed night are for that night.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models import F

from programmes.models import Campaign
from schools.enums import ImportState, NightState, SchoolNightState
from schools.feeds.dropping import SETTLED
from schools.models import EnrolmentNight, NightSchool, School
from schools.nights.ringing import ring_on_commit
from schools.nights.sorting import DroppedFile, Edition, days_of, edition_of, shared_edition_of, sort_folder


BATCH = 1000


def open_nights(
    *, campaign: Campaign, folder: Path, on: date, at: datetime, wait: timedelta = SETTLED
) -> list[EnrolmentNight]:
    """Open what the folder holds, missed nights first, that of `on` last; returns those nights.

    Files changed less than `wait` ago are left for the next ring: somebody may still be writing them.
    """
    found = sort_folder(folder, on=on, now=at, wait=wait)
    with transaction.atomic():
        _alone(campaign)
        days = _days_to_open(campaign, found, on)
        return [_open_night(campaign, folder, day, found, at) for day in days]


def _alone(campaign: Campaign) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('schools.nights'), %s)", [campaign.pk])


def _days_to_open(campaign: Campaign, found: dict[str, list[DroppedFile]], on: date) -> list[date]:
    """The day itself, after the days since the last night that some file is of."""
    last = campaign.nights.order_by("-for_date").values_list("for_date", flat=True).first()
    first = last or campaign.opens_on
    days = {day for files in found.values() for day in days_of(files)}
    return [*sorted(day for day in days if first < day < on), on]


def _open_night(
    campaign: Campaign, folder: Path, day: date, found: dict[str, list[DroppedFile]], at: datetime
) -> EnrolmentNight:
    members = dict(School.objects.members_of(campaign).filter(is_open=True).values_list("uai", "pk"))
    night, _created = EnrolmentNight.objects.get_or_create(
        campaign=campaign, for_date=day, defaults={"started_at": at, "folder": str(folder)}
    )
    scene = _Scene(night, members, _ids_of(found, members), _rows_before(night))
    editions = {uai: (edition_of if uai else shared_edition_of)(files, day) for uai, files in found.items()}
    scene.write({**dict.fromkeys(members, Edition()), **editions})
    night.rings_count = F("rings_count") + 1
    night.folder, night.expected_count = str(folder), len(members)
    if night.schools.unfinished().exists():
        night.state, night.finished_at = NightState.RUNNING, None
    night.save()
    night.refresh_from_db()
    ring_on_commit(night)
    return night


def _ids_of(found: dict[str, list[DroppedFile]], members: dict[str, int]) -> dict[str, int]:
    others = School.objects.filter(uai__in=found.keys() - members.keys())
    return members | dict(others.values_list("uai", "pk"))


def _rows_before(night: EnrolmentNight) -> dict[str, NightSchool]:
    """The rows of the night before this one: what was taken there is not new."""
    before = EnrolmentNight.objects.filter(campaign=night.campaign, for_date__lt=night.for_date)
    last = before.order_by("-for_date").first()
    return {row.uai: row for row in last.schools.all()} if last else {}


@dataclass(slots=True)
class _Scene:
    """One night being opened, among the schools and the night before."""

    night: EnrolmentNight
    members: dict[str, int]
    ids: dict[str, int]
    before: dict[str, NightSchool]

    def write(self, editions: dict[str, Edition]) -> None:
        known = {row.uai: row for row in self.night.schools.select_for_update(of=("self",))}
        new, changed = [], []
        for uai in sorted(editions):
            row = known.get(uai)
            if row is None:
                new += self._new_row(uai, editions[uai])
            elif _is_to_play_again(row, editions[uai]):
                changed.append(_waiting(row, editions[uai]))
        NightSchool.objects.bulk_create(new, batch_size=BATCH)
        fields = ["state", "files", "fingerprint", "attempts_count", "leased_until", "rung_at", "error"]
        NightSchool.objects.bulk_update(changed, fields, batch_size=BATCH)

    def _new_row(self, uai: str, edition: Edition) -> list[NightSchool]:
        """A row for whom something new came or was expected."""
        row = NightSchool(night=self.night, uai=uai, school_id=self.ids.get(uai))
        if edition.files and not _was_taken(self.before.get(uai), edition):
            return [_waiting(row, edition)]
        row.state, row.fingerprint = SchoolNightState.MISSING, edition.fingerprint
        return [row] if uai in self.members or edition.files else []


def _was_taken(row: NightSchool | None, edition: Edition) -> bool:
    return row is not None and row.fingerprint == edition.fingerprint and not _is_unsettled(row)


def _is_unsettled(row: NightSchool) -> bool:
    """Nothing was kept of these files for a reason that may be gone: an error of ours, a school unknown then."""
    return row.state == SchoolNightState.FAILED or row.outcome == ImportState.REFUSED


def _is_to_play_again(row: NightSchool, edition: Edition) -> bool:
    if not edition.files or row.state == SchoolNightState.RUNNING:  # the ring after that one will see
        return False
    return row.fingerprint != edition.fingerprint or _is_unsettled(row)


def _waiting(row: NightSchool, edition: Edition) -> NightSchool:
    row.state, row.files, row.fingerprint = SchoolNightState.WAITING, edition.paths, edition.fingerprint
    row.attempts_count, row.leased_until, row.rung_at, row.error = 0, None, None, ""
    return row
