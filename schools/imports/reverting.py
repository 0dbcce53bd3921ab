"""An applied import is undone as one act: compensated, never erased (X7).

Arrivals are closed again, departures reopened, changed values put back where they are still what the import wrote,
links and addresses of guardians too. What later acts made impossible stays, and is named pupil by pupil.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refused
from schools.eligibility import assess_enrolments
from schools.enums import ChangeKind, ImportState, RevertState
from schools.imports.locking import lock_school
from schools.imports.undoing import Undoing, undo
from schools.models import Enrolment, EnrolmentImport, ImportRevert, Pupil


Obstacles = Callable[[EnrolmentImport, list[Enrolment]], Mapping[int, str]]
"""What the apps above hold against closing these arrivals again: enrolment → a sentence."""


@dataclass(slots=True)
class Undone:
    """Arrivals closed, departures reopened, values put back, links ended; `kept`: {name, sentence} of what stayed."""

    counts: dict[str, int] = field(default_factory=dict)
    kept: list[dict[str, str]] = field(default_factory=list)


@transaction.atomic
def ask_revert(
    *, imported: EnrolmentImport, by: User, at: datetime, on: date, reason: str, obstacles: Obstacles
) -> ImportRevert:
    """Ask a second person to undo this import; what that would do is tried at once, and undone.

    Asking twice gives the same question. Raises Refused(`import_not_applied`, `import_followed`, `import_not_noted`).
    """
    row = _locked(imported)
    if open_question := row.reverts.filter(state=RevertState.ASKED).first():
        return open_question
    _refuse_unless_last(row)
    point = transaction.savepoint()
    done = _undo(row, at=at, on=on, obstacles=obstacles)
    transaction.savepoint_rollback(point)
    return row.reverts.create(asked_by=by, asked_at=at, reason=reason, counts=done.counts, kept=done.kept)


@transaction.atomic
def revert_import(
    *, revert: ImportRevert, by: User, at: datetime, on: date, comment: str, obstacles: Obstacles
) -> ImportRevert:
    """Undo the import, because a second person agrees. Undoing twice is harmless.

    Raises Refused(`second_person`, `revert_decided`, `import_not_applied`, `import_followed`, `import_not_noted`).
    """
    row = _locked(revert.enrolment_import)
    revert = ImportRevert.objects.select_for_update(of=("self",)).get(pk=revert.pk)
    if revert.state == RevertState.DONE:
        return revert
    _refuse_decided(revert)
    refuse_own_question(asked_by_id=revert.asked_by_id, by=by)
    _refuse_unless_last(row)
    done = _undo(row, at=at, on=on, obstacles=obstacles)
    row.move_to(ImportState.REVERTED, by=by, at=at, comment=comment)
    revert.counts, revert.kept = done.counts, done.kept
    return _settle(revert, RevertState.DONE, by, at, comment)


@transaction.atomic
def refuse_revert(*, revert: ImportRevert, by: User, at: datetime, comment: str) -> ImportRevert:
    """The import stays; whoever asked may also take the question back. Raises Refused(`revert_decided`)."""
    revert = ImportRevert.objects.select_for_update(of=("self",)).get(pk=revert.pk)
    if revert.state == RevertState.REFUSED:
        return revert
    _refuse_decided(revert)
    return _settle(revert, RevertState.REFUSED, by, at, comment)


def refuse_own_question(*, asked_by_id: int | None, by: User | None) -> None:
    """Raises Refused(`second_person`) to the one who asked; the night's own file has no author."""
    if by is not None and asked_by_id == by.pk:
        raise Refused("second_person", _("You asked for this: another person of the region decides."))


def _settle(revert: ImportRevert, state: RevertState, by: User, at: datetime, comment: str) -> ImportRevert:
    revert.state, revert.decided_by, revert.decided_at, revert.comment = state, by, at, comment
    revert.save(update_fields=["state", "decided_by", "decided_at", "comment", "counts", "kept"])
    return revert


def _locked(imported: EnrolmentImport) -> EnrolmentImport:
    """The school before the row, in the order of an import: else the two would wait for each other."""
    lock_school(imported.school_id)
    return EnrolmentImport.objects.select_for_update(of=("self",)).get(pk=imported.pk)


def _refuse_decided(revert: ImportRevert) -> None:
    if revert.state != RevertState.ASKED:
        raise Refused("revert_decided", _("This question is decided already."))


def _refuse_unless_last(row: EnrolmentImport) -> None:
    if row.state != ImportState.APPLIED:
        raise Refused("import_not_applied", _("Only a file that was applied can be undone."))
    later = EnrolmentImport.objects.filter(
        school=row.school_id,
        campaign=row.campaign_id,
        state=ImportState.APPLIED,
        applied_at__gt=row.applied_at,
    ).order_by("-applied_at")
    if last := later.first():
        raise Refused(
            "import_followed",
            _("A later file was applied on %(day)s: undo that one first.")
            % {"day": f"{last.received_at:%d/%m/%Y}"},
        )
    if row.links_before is None:
        raise Refused(
            "import_not_noted", _("What this file replaced is no longer kept: it cannot be undone.")
        )


def _undo(row: EnrolmentImport, *, at: datetime, on: date, obstacles: Obstacles) -> Undone:
    arrivals = _arrivals(row)
    against = obstacles(row, arrivals)
    kept = [enrolment for enrolment in arrivals if enrolment.pk in against]
    undoing = Undoing(row, at, on, [enrolment.pupil_id for enrolment in kept])
    done = undo(undoing)
    named = [{"name": one.pupil.list_name, "sentence": against[one.pk]} for one in kept]
    assess_enrolments(campaign=row.campaign, school=row.school, on=on)
    return Undone(done, named + undoing.stayed)


def _arrivals(row: EnrolmentImport) -> list[Enrolment]:
    """Enrolments this import opened or reopened that are still open; their pupils are locked against a handover."""
    opened = [ChangeKind.ARRIVED, ChangeKind.MOVED, ChangeKind.RETURNED]
    pks = row.changes.filter(kind__in=opened, enrolment__school=row.school_id).values("enrolment")
    found: list[Any] = list(
        Enrolment.objects.active().filter(pk__in=pks).select_related("pupil").order_by("pk")
    )
    pupils = Pupil.objects.filter(pk__in=[enrolment.pupil_id for enrolment in found])
    list(pupils.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    return found
