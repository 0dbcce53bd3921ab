"""The only writer of loans: a laptop leaves, is repaired, is swapped, comes back (DESIGN invariants 1, 2 and 4).

Every act locks the pupil first, so that two desks serving the same pupil wait for one another.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.evidence import actor_of, record_event
from core.refusals import Refused
from loans.enums import OPEN_LOAN, ConventionState, DeviceState, LoanEnd, LoanKind, LoanState
from loans.lendable import refuse_device, refuse_pupil, refuse_second_replacement, refuse_text
from loans.models import Convention, Device, Loan
from schools.models import Enrolment, Pupil


@transaction.atomic
def lend_device(
    *,
    pupil: Pupil,
    convention: Convention,
    device: Device,
    by: User | None,
    on: date,
    at: datetime,
    kind: str = LoanKind.MAIN,
    replaces: Loan | None = None,
    due_on: date | None = None,
) -> Loan:
    """Lend a device of the stock under a signed convention; asked again for the same device, the same loan.

    Raises Refused(`convention_not_signed`, `convention_other_pupil`, `text_changed`, `already_has_laptop`,
    `device_not_in_stock` or `already_replaced`).
    """
    Pupil.objects.select_for_update(of=("self",), no_key=True).get(pk=pupil.pk)
    present = pupil.loans.open().filter(kind=kind).select_related("device").first()
    if present and present.device_id == device.pk:
        return present
    convention = Convention.objects.select_for_update(of=("self",)).get(pk=convention.pk)
    device = Device.objects.select_for_update(of=("self",)).get(pk=device.pk)
    refuse_pupil(pupil, convention, present)
    refuse_text(convention, is_first=kind == LoanKind.MAIN and replaces is None)
    refuse_device(device)
    refuse_second_replacement(replaces)
    loan = Loan.objects.create(
        convention=convention,
        pupil=pupil,
        device=device,
        kind=kind,
        started_on=on,
        replaces=replaces,
        due_on=due_on,
    )
    loan.log.create(from_state="", to_state=loan.state, by=by, at=at)
    device.move_to(DeviceState.ON_LOAN, by=by, at=at, comment=convention.reference, school=None)
    _witness(loan, "device_lent", by, at)
    return loan


@transaction.atomic
def swap_device(
    *,
    loan: Loan,
    new_device: Device,
    end_state: str,
    end_reason: str,
    old_device_state: str,
    by: User | None,
    on: date,
    at: datetime,
) -> Loan:
    """End a loan (closed, stolen or lost) and lend another device in its place; returns the new loan.

    A loan already declared stolen or lost keeps its date. Raises Refused as `lend_device` does.
    """
    loan = _locked(loan)
    replacement = Loan.objects.filter(replaces=loan, device=new_device).first()
    if replacement:
        return replacement
    if loan.state in OPEN_LOAN:
        _end(loan, end_state, end_reason, by=by, on=on, at=at)
    loan.device.move_to(old_device_state, by=by, at=at)
    return lend_device(
        pupil=loan.pupil,
        convention=loan.convention,
        device=new_device,
        by=by,
        on=on,
        at=at,
        kind=loan.kind,
        replaces=loan,
    )


@transaction.atomic
def send_to_repair(*, loan: Loan, by: User | None, at: datetime) -> Loan:
    """The laptop leaves for the workshop; the loan goes on."""
    loan = _locked(loan)
    if loan.state != LoanState.RETURN_DUE:
        loan.move_to(LoanState.IN_REPAIR, by=by, at=at)
    loan.device.move_to(DeviceState.IN_REPAIR, by=by, at=at)
    return loan


@transaction.atomic
def receive_from_repair(*, loan: Loan, by: User | None, at: datetime) -> Loan:
    """The same laptop, repaired, is with the pupil again."""
    loan = _locked(loan)
    if loan.state != LoanState.RETURN_DUE:
        loan.move_to(LoanState.ACTIVE, by=by, at=at)
    loan.device.move_to(DeviceState.ON_LOAN, by=by, at=at)
    return loan


@transaction.atomic
def ask_back(*, loan: Loan, due_on: date, by: User | None, at: datetime) -> Loan:
    """The rules ask for the laptop back by that day; asked again, the first due date stays."""
    loan = _locked(loan)
    loan.move_to(LoanState.RETURN_DUE, by=by, at=at, due_on=due_on)
    return loan


@transaction.atomic
def send_back(*, loan: Loan, by: User | None, at: datetime) -> Loan:
    """The laptop was handed in and travels to the warehouse; the loan ends when it is inspected there."""
    loan = _locked(loan)
    if loan.state in OPEN_LOAN and loan.device.state == DeviceState.ON_LOAN:
        loan.device.move_to(DeviceState.IN_TRANSIT, by=by, at=at)
    return loan


@transaction.atomic
def cancel_ask_back(*, loan: Loan, by: User | None, at: datetime) -> Loan:
    """The pupil keeps the laptop after all (came back, moved to a member school)."""
    loan = _locked(loan)
    if loan.state == LoanState.RETURN_DUE:
        in_repair = loan.device.state == DeviceState.IN_REPAIR
        state = LoanState.IN_REPAIR if in_repair else LoanState.ACTIVE
        loan.move_to(state, by=by, at=at, due_on=None)
    if loan.state in OPEN_LOAN and loan.device.state == DeviceState.IN_TRANSIT:
        loan.device.move_to(DeviceState.ON_LOAN, by=by, at=at)
    return loan


@transaction.atomic
def return_device(
    *,
    loan: Loan,
    by: User | None,
    on: date,
    at: datetime,
    device_state: str = DeviceState.QUARANTINED,
) -> Loan:
    """The laptop is back. One declared stolen or lost may be found again: its loan stays as it ended."""
    loan = _locked(loan)
    if loan.state in OPEN_LOAN:
        _end(loan, LoanState.CLOSED, LoanEnd.RETURNED, by=by, on=on, at=at)
        loan.device.move_to(device_state, by=by, at=at)
        _close_convention(loan, by, at)
    elif loan.device.state in (DeviceState.STOLEN, DeviceState.LOST):
        loan.device.move_to(device_state, by=by, at=at, comment=_("found again"))
    return loan


@transaction.atomic
def declare_missing(*, loan: Loan, stolen: bool, by: User | None, on: date, at: datetime) -> Loan:
    """The pupil no longer has the laptop: stolen, or lost. A replacement, if any, is a new loan."""
    loan = _locked(loan)
    state = LoanState.STOLEN if stolen else LoanState.LOST
    if loan.state != state:
        _end(loan, state, LoanEnd.STOLEN if stolen else LoanEnd.LOST, by=by, on=on, at=at)
        loan.device.move_to(DeviceState.STOLEN if stolen else DeviceState.LOST, by=by, at=at)
    return loan


@transaction.atomic
def cede_device(*, loan: Loan, by: User | None, on: date, at: datetime) -> Loan:
    """The laptop now belongs to the family (N16)."""
    loan = _locked(loan)
    if loan.end_reason != LoanEnd.CEDED:
        _end(loan, LoanState.CLOSED, LoanEnd.CEDED, by=by, on=on, at=at)
        loan.device.move_to(DeviceState.CEDED, by=by, at=at)
    return loan


@transaction.atomic
def undo_loan(*, loan: Loan, by: User | None, at: datetime) -> Loan:
    """Take back a hand-over made by mistake, the same day only: the laptop is in the school's stock again.

    Raises Refused(`undo_too_late` or `undo_changed`).
    """
    loan = _locked(loan)
    on = timezone.localdate(at)
    if loan.end_reason == LoanEnd.UNDONE:
        return loan
    if loan.started_on != on:
        raise Refused(
            "undo_too_late",
            _("A hand-over can only be cancelled on the same day. Record a return of the laptop instead."),
        )
    if loan.state != LoanState.ACTIVE:
        raise Refused("undo_changed", _("Something else happened to this laptop since: look at its history."))
    _end(loan, LoanState.CLOSED, LoanEnd.UNDONE, by=by, on=on, at=at, replaces=None)
    school = loan.convention.enrolment.school
    loan.device.move_to(DeviceState.IN_STOCK, by=by, at=at, comment=_("hand-over cancelled"), school=school)
    return loan


def _locked(loan: Loan) -> Loan:
    Pupil.objects.select_for_update(of=("self",), no_key=True).get(pk=loan.pupil_id)
    loan = (
        Loan.objects.select_for_update(of=("self",))
        .select_related("convention__enrolment__school", "pupil")
        .get(pk=loan.pk)
    )
    loan.device = Device.objects.select_for_update(of=("self",)).get(pk=loan.device_id)
    return loan


def _end(
    loan: Loan, state: str, reason: str, *, by: User | None, on: date, at: datetime, **stamps: Any
) -> None:
    loan.move_to(state, by=by, at=at, ended_on=on, end_reason=reason, **stamps)
    _witness(loan, f"loan_{reason}", by, at)


def _close_convention(loan: Loan, by: User | None, at: datetime) -> None:
    """A pupil who left and gave the laptop back is no longer bound; coming back asks for a new signature."""
    convention = Convention.objects.select_for_update(of=("self",)).get(pk=loan.convention_id)
    has_left = not Enrolment.objects.current().filter(pupil=loan.pupil_id).exists()
    if has_left and convention.state == ConventionState.SIGNED and not convention.loans.open().exists():
        convention.move_to(ConventionState.TERMINATED, by=by, at=at, comment=_("The laptop was given back."))


def _witness(loan: Loan, action: str, by: User | None, at: datetime) -> None:
    record_event(
        stream=loan.convention.stream,
        action=action,
        actor=actor_of(by),
        at=at,
        loan=str(loan.public_id),
        device=str(loan.device.public_id),
    )
