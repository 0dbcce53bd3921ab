"""Take one school, import it, write what became of it; the last one closes the night."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models.functions import Now

from schools.enums import ImportState, NightState, SchoolNightState
from schools.imports import tell_breakdown
from schools.imports.bundles import Bundle, Told
from schools.imports.context import Run
from schools.imports.one_school import import_bundle
from schools.imports.receiving import receive_paths
from schools.imports.report import Counts, SchoolReport
from schools.imports.statistics import look_at_filled_tables
from schools.models import EnrolmentNight, NightSchool, School
from schools.models.night import NightSchoolQuerySet
from schools.nights.figures import summary_of
from schools.nights.ringing import first_unfinished, ring_on_commit


LEASE = timedelta(minutes=5)  # far longer than one school takes; renewed at each file set
MAX_ATTEMPTS = 5
RETRIES = 3  # of a school that met another one over the same pupil


class Overtaken(Exception):
    """Our lease ran out and another worker has the school."""


def play_unfinished(*, campaign_id: int, at: datetime) -> None:
    """Play in this process what is left of a campaign's nights, in order, beside the workers if there are any."""
    while night := first_unfinished(campaign_id):
        while row := _claim_next(night) or _take_over(night):
            play_school(row, at=at)
        close_if_finished(night, at=at)


def claim(pk: int) -> NightSchool | None:
    """Take that school if it waits, and no earlier night is unfinished. Counted before the work, leased for a while."""
    row = NightSchool.objects.select_related("night").filter(pk=pk).first()
    night = first_unfinished(row.night.campaign_id) if row else None
    if row is None or night is None or row.night_id != night.pk:
        return None
    return _take(night, NightSchool.objects.claimable().filter(pk=pk).select_for_update(skip_locked=True))


def _claim_next(night: EnrolmentNight) -> NightSchool | None:
    waiting = night.schools.claimable().order_by("attempts_count", "pk")
    return _take(night, waiting.select_for_update(skip_locked=True))


def _take_over(night: EnrolmentNight) -> NightSchool | None:
    """Wait for a school in another worker's hands; it is ours if that worker died, for its lock died too."""
    held = night.schools.filter(state=SchoolNightState.RUNNING).order_by("pk")
    return _take(night, held.select_for_update())


def _take(night: EnrolmentNight, rows: NightSchoolQuerySet) -> NightSchool | None:
    """The first of these rows, ours; one that killed its worker each time is given up and the next one taken."""
    with transaction.atomic():
        _commit_lightly()
        while row := rows.first():
            if row.attempts_count < MAX_ATTEMPTS:
                return _leased(row, night)
            _end(row, SchoolNightState.FAILED, error="WorkerDied")
    return None


def _commit_lightly() -> None:
    """A claim forgotten by a crash of the server costs nothing: no wait for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def _leased(row: NightSchool, night: EnrolmentNight) -> NightSchool:
    row.attempts_count += 1
    NightSchool.objects.filter(pk=row.pk).update(
        state=SchoolNightState.RUNNING,
        attempts_count=row.attempts_count,
        leased_until=Now() + LEASE,
        started_at=Now(),
    )
    row.night = night  # its campaign and rules are read once
    return row


def play_school(row: NightSchool, *, at: datetime) -> None:
    """Import a school we hold and write the result, in one transaction; harmless when another worker took it over."""
    night = row.night
    run = Run(campaign=night.campaign, by=None, at=at, on=night.for_date)
    try:
        told = Told("", night.campaign.school_year)
        for bundle in receive_paths((Path(night.folder) / name for name in row.files), told):
            _play_bundle(row, run, bundle)
        _finish(row)
    except Overtaken:
        return
    if not night.schools.unfinished().exists():
        close_if_finished(night, at=at)


def _play_bundle(row: NightSchool, run: Run, bundle: Bundle) -> None:
    """One school which breaks down does not keep the others from theirs, nor its own name from the night's page."""
    for attempt in range(1, RETRIES + 1):
        try:
            with transaction.atomic():
                _hold(row)
                report = import_bundle(run, bundle)
                _write(row, report)
            look_at_filled_tables(report)
            return
        except (SoftTimeLimitExceeded, Overtaken):
            raise
        except Exception as error:
            if attempt < RETRIES and isinstance(error, IntegrityError | OperationalError):
                continue
            _write_breakdown(row, run, bundle, error)
            return


def _hold(row: NightSchool) -> None:
    """Lock the row until the import commits, and renew the lease. Raises Overtaken."""
    ours = NightSchool.objects.filter(
        pk=row.pk, state=SchoolNightState.RUNNING, attempts_count=row.attempts_count
    )
    if not ours.update(leased_until=Now() + LEASE):
        raise Overtaken


def _write(row: NightSchool, report: SchoolReport) -> None:
    """What became of these files, in the school's own row, even when the files hold several schools."""
    own = row if row.uai else _row_of(row.night, report) or row
    own.outcome, own.error = report.state, ""
    own.enrolment_import_id = report.import_id
    if report.state != ImportState.REFUSED:
        own.counts = _added(own.counts, report.counts)
    if own.school_id is None:
        own.school_id = School.objects.filter(uai=own.uai).values_list("pk", flat=True).first()
    _end(own, SchoolNightState.DONE)


def _added(before: dict[str, int], counts: Counts) -> dict[str, int]:
    """The night's sum for a school: what several files changed, and the pupils of the last one."""
    done = Counts(**before) if before else Counts()
    return (replace(done, listed=0, enrolled=0) + counts).as_json()


def _row_of(night: EnrolmentNight, report: SchoolReport) -> NightSchool | None:
    if not report.uai:
        return None
    defaults = {"state": SchoolNightState.DONE}
    return NightSchool.objects.get_or_create(night=night, uai=report.uai, defaults=defaults)[0]


def _write_breakdown(row: NightSchool, run: Run, bundle: Bundle, error: Exception) -> None:
    with transaction.atomic():
        _hold(row)
        report = tell_breakdown(run, bundle, error)
        _write(row, report)
        if row.uai:
            _end(row, SchoolNightState.FAILED, error=type(error).__name__)


def _finish(row: NightSchool) -> None:
    """Files of several schools are done when the last one is; a set that vanished from the folder is given up."""
    with transaction.atomic():
        if NightSchool.objects.filter(pk=row.pk, state=SchoolNightState.RUNNING).exists():
            _hold(row)
            _end(row, SchoolNightState.DONE)


def _end(row: NightSchool, state: SchoolNightState, *, error: str = "") -> None:
    row.state, row.error = state, error
    NightSchool.objects.filter(pk=row.pk).update(
        state=state,
        error=error,
        outcome=row.outcome,
        counts=row.counts,
        enrolment_import_id=row.enrolment_import_id,
        school_id=row.school_id,
        leased_until=None,
        finished_at=Now(),
    )


def close_finished(campaign_id: int, *, at: datetime) -> None:
    """Close what a worker that died at the last moment left open."""
    while (night := first_unfinished(campaign_id)) and close_if_finished(night, at=at):
        pass


def close_if_finished(night: EnrolmentNight, *, at: datetime) -> bool:
    """Write the night's summary when no school is left, once; the next night of the campaign begins."""
    with transaction.atomic():
        locked = EnrolmentNight.objects.select_for_update(of=("self",)).get(pk=night.pk)
        if locked.state == NightState.DONE or locked.schools.unfinished().exists():
            return False
        locked.state, locked.finished_at, locked.summary = NightState.DONE, at, summary_of(locked)
        locked.save(update_fields=["state", "finished_at", "summary"])
        ring_on_commit(locked)
    return True
