"""Sent files deleted when the rules say (`privacy.raw_files_days`), with what the pages showed of them."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from core.file_keeping import purge_files
from programmes.models import Campaign
from schools.batches.sending import KIND
from schools.enums import BatchState
from schools.models import BatchSchool, ImportBatch


def forget_batches(*, campaign: Campaign, before: datetime, on: date, at: datetime) -> int:
    """Delete the files sent before that instant; those nobody decided on are given up. Returns how many files went.

    What a worker is still at is left alone.
    """
    old = ImportBatch.objects.filter(campaign=campaign, sent_at__lt=before)
    for batch in old.filter(state__in=(BatchState.READY, BatchState.FAILED)):
        with transaction.atomic():
            batch.move_to(BatchState.DROPPED, by=None, at=at)
    over = old.filter(state__in=(BatchState.DROPPED, BatchState.DONE))
    BatchSchool.objects.filter(batch__in=over).exclude(preview={}).update(preview={})
    files = over.filter(files__purged_on=None, files__kind=KIND).values_list("files", flat=True)
    return purge_files(pks=sorted(set(files)), kind=KIND, on=on)
