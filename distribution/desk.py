"""The delivery-day desk: one pupil, one scan, one laptop; undone the same day; closed in the evening (N8, P1)."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.outbox import enqueue
from core.refusals import Refused
from core.templatetags.dates import long_date
from core.verdicts import Verdict
from distribution import notifications
from distribution.absentees import absent_pupils, carry_out, verdict_for
from distribution.enums import LIVE_PARCEL, DeliveryState, LineState
from distribution.models import Delivery, DeliveryLine, DeliveryLineLog, DeskScan, Parcel
from distribution.planning import locked
from loans.lending import lend_device, undo_loan
from loans.models import Convention, Device, Loan
from loans.progress import gate_roll
from schools.models import Pupil


@transaction.atomic
def open_day(*, delivery: Delivery, by: User | None, on: date, at: datetime) -> Delivery:
    """Open the desk on the day itself, or after; those who signed since the gate join the list.

    Opening again does nothing more. Raises Refused(`not_the_day` or `transition_refused`).
    """
    delivery = locked(delivery)
    if on < delivery.on:
        raise Refused(
            "not_the_day", _("The desk opens on the day itself, %(day)s.") % {"day": long_date(delivery.on)}
        )
    delivery.move_to(DeliveryState.OPEN, by=by, at=at)
    _add_late_signers(delivery)
    return delivery


@transaction.atomic
def hand_over(
    *, delivery: Delivery, pupil: Pupil, device_code: str, scan_id: UUID, by: User, on: date, at: datetime
) -> DeliveryLine:
    """Lend the scanned laptop to this pupil; the same scan told again, even much later, does nothing.

    Raises Refused: `desk_closed`, `other_school`, `no_convention`, `unknown_device`, `device_packed`,
    `device_lent`, and those of `loans.lending.lend_device` (`convention_not_signed`, `already_has_laptop`…).
    """
    delivery = locked(delivery)
    known = DeskScan.objects.filter(scan_id=scan_id).select_related("line__pupil", "line__loan").first()
    if known:
        return known.line
    _refuse_closed(delivery)
    convention = _convention_of(pupil, delivery)
    device = device_scanned(device_code)
    line, _created = DeliveryLine.objects.select_for_update(of=("self",)).get_or_create(
        delivery=delivery, pupil=pupil
    )
    loan = _lend(pupil, convention, device, by=by, on=on, at=at)
    line.move_to(LineState.HANDED_OVER, by=by, at=at, loan=loan, settled_at=at)
    DeskScan.objects.create(scan_id=scan_id, line=line, device=device, by=by, at=at)
    return line


@transaction.atomic
def undo_handover(*, line: DeliveryLine, by: User, at: datetime) -> DeliveryLine:
    """Take a laptop back at once: the pupil is expected again, the laptop is in stock at the school.

    Raises Refused(`desk_closed`, `undo_too_late` or `undo_changed`).
    """
    delivery = locked(line.delivery)
    line = _locked_line(line)
    _refuse_closed(delivery)
    if line.loan:
        undo_loan(loan=line.loan, by=by, at=at)
        line.move_to(LineState.EXPECTED, by=by, at=at, loan=None, settled_at=None)
    return line


@transaction.atomic
def mark_absent(*, line: DeliveryLine, by: User, at: datetime) -> DeliveryLine:
    """The pupil is not there. Raises Refused(`desk_closed` or `transition_refused`)."""
    delivery = locked(line.delivery)
    _refuse_closed(delivery)
    line = _locked_line(line)
    line.move_to(LineState.ABSENT, by=by, at=at, settled_at=at)
    return line


@transaction.atomic
def mark_present(*, line: DeliveryLine, by: User, at: datetime) -> DeliveryLine:
    """The pupil said to be absent is expected after all."""
    delivery = locked(line.delivery)
    _refuse_closed(delivery)
    line = _locked_line(line)
    if line.state == LineState.ABSENT:
        line.move_to(LineState.EXPECTED, by=by, at=at, settled_at=None)
    return line


@transaction.atomic
def close_day(*, delivery: Delivery, by: User | None, on: date, at: datetime) -> Verdict:
    """Those still expected are absent; the rule settles what comes to them. Closing again gives the same verdict.

    Raises Refused(`transition_refused`) when the day was never opened.
    """
    delivery = locked(delivery)
    if delivery.closing:
        return delivery.closing
    _expected_are_absent(delivery, by, at)
    verdict = verdict_for(delivery, on)
    delivery.move_to(DeliveryState.CLOSED, by=by, at=at, closing_verdict=verdict.as_json())
    carry_out(delivery, verdict, by=by, at=at)
    enqueue(
        *notifications.day_closed(delivery, line_counts(delivery), verdict, at=at),
        *notifications.absent_families(delivery, absent_pupils(delivery), verdict, at=at),
    )
    return verdict


def line_counts(delivery: Delivery) -> dict[str, int]:
    """Lines by state, every state named, and `total`."""
    counts = dict.fromkeys(LineState.values, 0)
    for state in delivery.lines.order_by().values_list("state", flat=True):
        counts[state] += 1
    return counts | {"total": sum(counts.values())}


def device_scanned(code: str) -> Device:
    """The laptop behind a serial number or an asset tag; raises Refused(`no_code` or `unknown_device`)."""
    if not code.strip():
        raise Refused("no_code", _("Scan the label of the laptop, or type its serial number."))
    device = Device.objects.by_scan(code).first()
    if device is None:
        raise Refused(
            "unknown_device",
            _("No laptop is known under “%(code)s”. Scan its label again, or take another one.")
            % {"code": code.strip()},
        )
    parcel = device.parcels.filter(state__in=LIVE_PARCEL).select_related("pupil").first()
    if parcel:
        raise Refused(
            "device_packed",
            _("Laptop %(device)s is packed for %(pupil)s. Take another one.")
            % {"device": device.asset_tag, "pupil": parcel.pupil},
        )
    return device


def _lend(pupil: Pupil, convention: Convention, device: Device, *, by: User, on: date, at: datetime) -> Loan:
    try:
        return lend_device(pupil=pupil, convention=convention, device=device, by=by, on=on, at=at)
    except Refused as refusal:
        holder = device.loans.open().select_related("pupil").first()
        if refusal.code != "device_not_in_stock" or holder is None:
            raise
    raise Refused(
        "device_lent",
        _("Laptop %(device)s is already lent to %(pupil)s. Take another one and put this one aside.")
        % {"device": device.asset_tag, "pupil": holder.pupil},
    )


def _convention_of(pupil: Pupil, delivery: Delivery) -> Convention:
    enrolment = pupil.enrolments.active().filter(campaign=delivery.campaign).select_related("school").first()
    if enrolment is None or enrolment.school_id != delivery.school_id:
        school = enrolment.school if enrolment else _("no school of this campaign")
        raise Refused(
            "other_school",
            _("%(pupil)s is not a pupil of this school (%(school)s): no laptop can be handed over here.")
            % {"pupil": pupil, "school": school},
        )
    convention = pupil.conventions.open().filter(campaign=delivery.campaign).first()
    if convention is None:
        raise Refused(
            "no_convention",
            _("%(pupil)s has no convention for this campaign. The school finds the reason on its page.")
            % {"pupil": pupil},
        )
    return convention


def _add_late_signers(delivery: Delivery) -> None:
    """Whoever signed and has no laptop, nor a parcel on the way, is served too."""
    signed = [entry.pupil for entry in gate_roll(delivery.school, delivery.campaign) if entry.has_signed]
    waiting = (
        Pupil.objects.filter(pk__in=signed)
        .exclude(pk__in=Parcel.objects.filter(state__in=LIVE_PARCEL).values("pupil"))
        .exclude(pk__in=Loan.objects.open().main().values("pupil"))
    )
    DeliveryLine.objects.bulk_create(
        [DeliveryLine(delivery=delivery, pupil=pupil) for pupil in waiting], ignore_conflicts=True
    )


def _expected_are_absent(delivery: Delivery, by: User | None, at: datetime) -> None:
    left = list(delivery.lines.filter(state=LineState.EXPECTED).select_for_update(of=("self",)))
    DeliveryLine.objects.filter(pk__in=[line.pk for line in left]).update(
        state=LineState.ABSENT, settled_at=at
    )
    DeliveryLineLog.objects.bulk_create(
        DeliveryLineLog(subject=line, from_state=LineState.EXPECTED, to_state=LineState.ABSENT, by=by, at=at)
        for line in left
    )


def _refuse_closed(delivery: Delivery) -> None:
    if delivery.state != DeliveryState.OPEN:
        raise Refused("desk_closed", _("The desk of this delivery is not open."))


def _locked_line(line: DeliveryLine) -> DeliveryLine:
    return (
        DeliveryLine.objects.select_for_update(of=("self",))
        .select_related("loan", "pupil", "delivery")
        .get(pk=line.pk)
    )
