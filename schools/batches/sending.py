"""What people do with the files they send: send, accept what was shown, ask for it again, give up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.files import store_bytes
from core.refusals import Refused
from core.rings import ring_on_commit
from programmes.models import Campaign
from schools.enums import BatchSchoolState, BatchState
from schools.models import ImportBatch, School


TASK = "schools.tasks.work_on_batch"
KIND = "sent-file"
"""Files as somebody sent them; those an import keeps are of another kind, and live on their own."""


def send_files(
    *,
    files: Iterable[UploadedFile],
    campaign: Campaign,
    school: School | None,
    by: User,
    at: datetime,
) -> ImportBatch:
    """Store the files as they came, one after the other, and call a worker. Nothing of them is read here."""
    stored = [
        store_bytes(file.read(), kind=KIND, name=str(file.name), content_type="application/octet-stream")
        for file in files
    ]
    with transaction.atomic():
        batch = ImportBatch.objects.create(campaign=campaign, school=school, sent_by=by, sent_at=at)
        batch.files.set(stored)
        _call_worker(batch)
    return batch


@transaction.atomic
def accept_batch(*, batch: ImportBatch, by: User, at: datetime) -> None:
    """What was shown may be applied. Accepting twice is harmless.

    Raises Refused(`nothing_to_apply`, `transition_refused`).
    """
    row = _locked(batch)
    if row.state in {BatchState.ACCEPTED, BatchState.DONE}:
        return
    if not any(school.can_apply for school in row.schools.all()):
        raise Refused("nothing_to_apply", _("These files change nothing: correct them and send them again."))
    row.move_to(BatchState.ACCEPTED, by=by, at=at, attempts_count=0)
    _call_worker(row)


@transaction.atomic
def drop_batch(*, batch: ImportBatch, by: User, at: datetime) -> None:
    """Nothing of these files is applied; what the page showed of them is forgotten. Harmless twice."""
    row = _locked(batch)
    row.move_to(BatchState.DROPPED, by=by, at=at)
    row.schools.update(preview={})


@transaction.atomic
def read_again(*, batch: ImportBatch, by: User, at: datetime) -> None:
    """Show once more what the files would change, for the schools that have no import yet."""
    row = _locked(batch)
    row.move_to(BatchState.RECEIVED, by=by, at=at, attempts_count=0)
    row.schools.exclude(state=BatchSchoolState.DONE).update(state=BatchSchoolState.WAITING)
    _call_worker(row)


def _locked(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)


def _call_worker(batch: ImportBatch) -> None:
    ring_on_commit(TASK, batch.pk)
