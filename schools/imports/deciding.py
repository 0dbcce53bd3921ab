"""A person looks at a held file and says yes or no."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refused
from schools.enums import ImportState
from schools.imports.bundles import Told
from schools.imports.context import Run
from schools.imports.locking import lock_school
from schools.imports.one_school import import_bundle
from schools.imports.receiving import receive_bytes
from schools.imports.report import SchoolReport
from schools.imports.rules import needs_second_person
from schools.models import EnrolmentImport


@transaction.atomic
def accept_held_import(
    *, held: EnrolmentImport, by: User | None, at: datetime, on: date, comment: str = ""
) -> SchoolReport | None:
    """Apply a held file after all, in its own row, and log why; None when it was applied already.

    From `imports.second_person_from` pupils, somebody else than the sender decides; the night's own file has none.
    Raises Refused(`import_not_held`, `import_overtaken`, `second_person`).
    """
    lock_school(
        held.school_id
    )  # before the row, in the order of an import: else the two would wait for each other
    row = EnrolmentImport.objects.select_for_update(of=("self",)).get(pk=held.pk)
    if row.state == ImportState.APPLIED:
        return None
    _refuse_unless_held(row)
    if is_for_another(row, by):
        raise Refused("second_person", _("You sent this file: another person of the region decides."))
    files = ((file.name, file.read_bytes()) for file in row.files.order_by("pk"))
    bundle = receive_bytes(files, Told(row.uai, row.campaign.school_year))[0]
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


def is_for_another(row: EnrolmentImport, by: User | None) -> bool:
    """Whether this person sent the held file, and it concerns too many pupils for one person alone."""
    if by is None or row.received_by_id != by.pk:
        return False
    return needs_second_person(size=pupils_concerned(row), rules=row.campaign.rule_tree)


def pupils_concerned(row: EnrolmentImport) -> int:
    """Pupils whom applying a held file would touch, those whose guardians change included."""
    named = row.differences.values("name", "class_code").distinct().count()
    return max(row.removed_count, named)


def _refuse_unless_held(row: EnrolmentImport) -> None:
    if row.state != ImportState.HELD:
        raise Refused("import_not_held", _("This file no longer waits for a decision."))
