"""A person looks at a held file and says yes or no."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refused
from schools.enums import ImportState
from schools.imports.context import Run
from schools.imports.one_school import import_bundle, lock_school
from schools.imports.receiving import receive_bytes
from schools.imports.report import SchoolReport
from schools.models import EnrolmentImport


@transaction.atomic
def accept_held_import(
    *, held: EnrolmentImport, by: User | None, at: datetime, on: date, comment: str = ""
) -> SchoolReport | None:
    """Apply a held file after all, in its own row, and log why; None when it was applied already.

    Raises Refused(`import_not_held`, `import_overtaken`).
    """
    lock_school(
        held.school_id
    )  # before the row, in the order of an import: else the two would wait for each other
    row = EnrolmentImport.objects.select_for_update(of=("self",)).get(pk=held.pk)
    if row.state == ImportState.APPLIED:
        return None
    _refuse_unless_held(row)
    bundle = receive_bytes((file.name, file.read_bytes()) for file in row.files.order_by("pk"))[0]
    run = Run(campaign=row.campaign, by=by, at=at, on=on, comment=comment)
    report = import_bundle(run, bundle, held=row)
    if report.state != ImportState.APPLIED:
        raise Refused("import_overtaken", report.refusal or _("This file can no longer be applied."))
    return report


@transaction.atomic
def reject_held_import(*, held: EnrolmentImport, by: User | None, at: datetime, comment: str) -> None:
    """Keep the base as it is. Rejecting twice is harmless. Raises Refused(`import_not_held`)."""
    row = EnrolmentImport.objects.select_for_update(of=("self",)).get(pk=held.pk)
    if row.state == ImportState.REJECTED:
        return
    _refuse_unless_held(row)
    row.move_to(ImportState.REJECTED, by=by, at=at, comment=comment)


def _refuse_unless_held(row: EnrolmentImport) -> None:
    if row.state != ImportState.HELD:
        raise Refused("import_not_held", _("This file no longer waits for a decision."))
