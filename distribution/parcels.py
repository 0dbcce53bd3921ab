"""A laptop in an absentee's name: packed, shipped, received by the school, handed over in person (N8, N9, O4)."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.outbox import enqueue
from core.refusals import Refused
from distribution import notifications
from distribution.desk import device_scanned
from distribution.enums import ParcelState
from distribution.models import Parcel
from loans.enums import ConventionState, DeviceState
from loans.lending import lend_device
from loans.models import Convention
from schools.models import School


@transaction.atomic
def prepare_parcel(*, parcel: Parcel, device_code: str, by: User | None, at: datetime) -> Parcel:
    """Put the scanned laptop in the box; scanned again, the same parcel; another laptop takes its place.

    Raises Refused(`parcel_left`, `convention_not_signed`, `unknown_device`, `device_packed`, `device_not_in_stock`).
    """
    parcel = _locked(parcel)
    if parcel.device and device_code.strip().upper() in (parcel.device.serial, parcel.device.asset_tag):
        return parcel
    if parcel.state != ParcelState.TO_PREPARE:
        raise Refused("parcel_left", _("This parcel has already left: its laptop can no longer be changed."))
    _signed_convention(parcel)
    device = device_scanned(device_code)
    if device.state != DeviceState.IN_STOCK:
        raise Refused(
            "device_not_in_stock",
            _("Laptop %(device)s cannot be sent: it is “%(state)s”. Take another one.")
            % {"device": device.asset_tag, "state": device.get_state_display()},
        )
    parcel.device = device
    parcel.save(update_fields=["device"])
    parcel.log.create(from_state=parcel.state, to_state=parcel.state, by=by, at=at, comment=device.asset_tag)
    return parcel


@transaction.atomic
def ship_parcel(*, parcel: Parcel, tracking_number: str, by: User | None, at: datetime) -> Parcel:
    """The carrier took it; the school is told. Raises Refused(`no_device`, `no_tracking` or `transition_refused`)."""
    parcel = _locked(parcel)
    if parcel.device is None:
        raise Refused("no_device", _("Scan the laptop before the parcel leaves."))
    if not tracking_number.strip():
        raise Refused("no_tracking", _("Give the carrier’s tracking number."))
    if parcel.state != ParcelState.SHIPPED:
        parcel.move_to(
            ParcelState.SHIPPED, by=by, at=at, tracking_number=tracking_number.strip().upper()[:40]
        )
        enqueue(*notifications.parcel_shipped(parcel, at=at))
    return parcel


@transaction.atomic
def receive_parcel(*, parcel: Parcel, by: User | None, at: datetime) -> Parcel:
    """The school has it; the laptop lies in the school's stock and the family is told."""
    parcel = _locked(parcel)
    if parcel.state != ParcelState.RECEIVED:
        parcel.move_to(ParcelState.RECEIVED, by=by, at=at)
        _lie_at(parcel, parcel.school)
        convention = _open_convention(parcel)
        if convention:
            enqueue(*notifications.parcel_arrived(parcel, convention, at=at))
    return parcel


@transaction.atomic
def hand_over_parcel(*, parcel: Parcel, by: User | None, on: date, at: datetime) -> Parcel:
    """The pupil has the laptop: the loan starts now. Raises Refused as `lend_device` does, or `transition_refused`."""
    parcel = _locked(parcel)
    if parcel.state == ParcelState.HANDED_OVER:
        return parcel
    if parcel.state != ParcelState.RECEIVED:
        raise Refused("not_received", _("Say first that the parcel has arrived at the school."))
    convention = _signed_convention(parcel)
    loan = lend_device(pupil=parcel.pupil, convention=convention, device=parcel.device, by=by, on=on, at=at)
    parcel.move_to(ParcelState.HANDED_OVER, by=by, at=at, loan=loan)
    return parcel


@transaction.atomic
def cancel_parcel(*, parcel: Parcel, reason: str, by: User | None, at: datetime) -> Parcel:
    """Nobody waits for it any more (left the school, served elsewhere); the laptop stays in stock where it is.

    Raises Refused(`reason_missing` or `transition_refused`).
    """
    parcel = _locked(parcel)
    if not reason.strip():
        raise Refused("reason_missing", _("Say why the parcel is cancelled."))
    parcel.move_to(ParcelState.CANCELLED, by=by, at=at, comment=reason.strip())
    return parcel


def _locked(parcel: Parcel) -> Parcel:
    return (
        Parcel.objects.select_for_update(of=("self",))
        .select_related("pupil", "school", "device", "delivery__campaign")
        .get(pk=parcel.pk)
    )


def _open_convention(parcel: Parcel) -> Convention | None:
    """The pupil's latest open convention, whatever the campaign: a parcel of a wave has no delivery."""
    conventions = parcel.pupil.conventions.open().select_related("campaign__rules", "pupil")
    return conventions.order_by("-campaign__school_year").first()


def _signed_convention(parcel: Parcel) -> Convention:
    convention = _open_convention(parcel)
    if convention is None or convention.state != ConventionState.SIGNED:
        raise Refused(
            "convention_not_signed",
            _("The convention of %(pupil)s is not signed: cancel this parcel.") % {"pupil": parcel.pupil},
        )
    return convention


def _lie_at(parcel: Parcel, school: School) -> None:
    parcel.device.school = school
    parcel.device.save(update_fields=["school"])
