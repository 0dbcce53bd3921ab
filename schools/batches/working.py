"""What workers do: take a batch up where the last one left it. Killed at any moment, the next one goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from io import BytesIO

from django.db import transaction
from django.db.models import F

from core.jobs import alone
from core.models import StoredFile
from schools.batches.applying import apply_school
from schools.batches.reading import read_school
from schools.enums import BatchSchoolState, BatchState
from schools.imports.bundles import Bundle, Told
from schools.imports.context import Run
from schools.imports.receiving import receive_openings
from schools.models import BatchSchool, ImportBatch, School
from schools.sources.sniff import Opening, open_stream


ATTEMPTS = 5  # workers that may die on one school before somebody is told


def work_on(batch_id: int, *, at: datetime, on: date) -> None:
    """Read or apply what is left of this batch; does nothing when another worker has it or nothing is left."""
    with alone(f"batch {batch_id}") as is_ours:
        batch = ImportBatch.objects.select_related("campaign", "school").filter(pk=batch_id).first()
        if not is_ours or batch is None or not batch.is_at_work:
            return
        if not _attempt(batch, at):
            return
        run = Run(
            campaign=batch.campaign,
            by=batch.sent_by,
            at=at,
            on=on,
            expected_uai=batch.school.uai if batch.school else "",
        )
        if batch.state == BatchState.RECEIVED:
            _read(batch, run)
        else:
            _apply(batch, run)


def _attempt(batch: ImportBatch, at: datetime) -> bool:
    """Count this worker; a batch that killed so many is stopped."""
    if batch.attempts_count >= ATTEMPTS:
        with transaction.atomic():
            batch.move_to(BatchState.FAILED, by=None, at=at)
        return False
    ImportBatch.objects.filter(pk=batch.pk).update(attempts_count=F("attempts_count") + 1)
    return True


def _read(batch: ImportBatch, run: Run) -> None:
    bundles = _bundles(batch)
    names = dict(School.objects.filter(uai__in=[one.uai for one in bundles]).values_list("uai", "name"))
    BatchSchool.objects.bulk_create(
        (
            BatchSchool(batch=batch, rank=rank, uai=one.uai[:8], name=names.get(one.uai, "")[:160])
            for rank, one in enumerate(bundles)
        ),
        ignore_conflicts=True,
    )
    for row in batch.schools.filter(state=BatchSchoolState.WAITING):
        with _bundle_of(row, bundles) as bundle:
            read_school(row, run, bundle)
        _settled(batch)
    with transaction.atomic():
        batch.move_to(BatchState.READY, by=None, at=run.at, read_at=run.at)


def _apply(batch: ImportBatch, run: Run) -> None:
    bundles = _bundles(batch)
    for row in batch.schools.filter(state=BatchSchoolState.READ):
        with _bundle_of(row, bundles) as bundle:
            apply_school(row, run, bundle)
        _settled(batch)
    with transaction.atomic():
        batch.move_to(BatchState.DONE, by=None, at=run.at)


@contextmanager
def _bundle_of(row: BatchSchool, bundles: list[Bundle]) -> Iterator[Bundle]:
    """This line's files, forgotten afterwards: a region's files never stand in memory together."""
    bundle = bundles[row.rank] if row.rank < len(bundles) else Bundle(row.uai)
    yield bundle
    bundle.close()


def _settled(batch: ImportBatch) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(attempts_count=0)


def _bundles(batch: ImportBatch) -> list[Bundle]:
    """One a school, always in the same order."""
    told = Told(batch.school.uai if batch.school else "", batch.campaign.school_year)
    files = batch.files.order_by("pk")
    return receive_openings(((file.name, partial(_open, file)) for file in files), told)


def _open(file: StoredFile) -> list[Opening]:
    return open_stream(file.name, file.size, lambda: BytesIO(file.read_bytes()))
