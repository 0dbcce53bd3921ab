"""A laptop comes back: asked for, labelled, on its way, received, inspected, and the loan is over (N12)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.outbox import Draft, enqueue
from core.refusals import Refused
from core.verdicts import Verdict
from loans import lending
from loans.models import Device, Loan
from schools.models import EnrolmentChange, School
from support.contacts import family_addresses, school_addresses
from support.enums import Condition, ReturnReason, ReturnState
from support.labels import return_label, tracking_number
from support.models import DeviceReturn, Ticket
from support.notifications import (
    ReturnAnnounced,
    ReturnAsked,
    ReturnCancelled,
    ReturnClosed,
    ReturnLabel,
    ReturnNotification,
)
from support.numbering import next_number
from support.rules import early_return, return_due_on


@transaction.atomic
def open_return(
    *,
    loan: Loan,
    reason: str,
    verdict: Verdict,
    by: User | None,
    at: datetime,
    school: School | None = None,
    change: EnrolmentChange | None = None,
    on: date | None = None,
) -> DeviceReturn:
    """Ask for a laptop: the loan is due back, the family and the school know. One live return a loan.

    `on` is the day from which the family's time is counted: that of `at` unless told otherwise.
    """
    campaign = loan.convention.campaign
    reference = next_number(DeviceReturn, "reference", f"R{campaign.school_year % 100:02}-")
    if live := loan.returns.live().first():
        return live
    on = on or timezone.localdate(at)
    due_on = return_due_on(on, campaign.rule_tree)
    lending.ask_back(loan=loan, due_on=due_on, by=by, at=at)
    device_return = DeviceReturn.objects.create(
        reference=reference,
        loan=loan,
        school=school,
        change=change,
        reason=reason,
        verdict=verdict.as_json(),
        opened_on=on,
        due_on=due_on,
        tracking_number=tracking_number(reference),
    )
    device_return.log.create(from_state="", to_state=device_return.state, by=by, at=at)
    _tell_family(device_return, ReturnAsked(), at=at)
    _tell_school(device_return, ReturnAnnounced(), at=at)
    return device_return


@transaction.atomic
def take_back(*, ticket: Ticket, by: User, at: datetime) -> DeviceReturn:
    """Open the return of a laptop that the family or the school wants to give back.

    Raises Refused(`no_loan`) when the pupil has none.
    """
    loan = Loan.objects.open().main().filter(pupil=ticket.pupil_id).first()
    if loan is None:
        raise Refused("no_loan", _("The pupil has no laptop on loan."))
    verdict = early_return(ticket.campaign.rules_version, timezone.localdate(at))
    reason = ReturnReason.REFUSED
    return open_return(loan=loan, reason=reason, verdict=verdict, by=by, at=at, school=ticket.school)


@transaction.atomic
def send_label(
    *, device_return: DeviceReturn, by: User | None, at: datetime, to_school: bool = False
) -> DeviceReturn:
    """Make the prepaid label once and e-mail it to the family, or to the school that holds the laptop."""
    device_return = locked(device_return)
    if device_return.label is None:
        device_return.label = return_label(device_return)
        device_return.save(update_fields=["label"])
    if device_return.state == ReturnState.DUE:
        device_return.move_to(ReturnState.LABEL_SENT, by=by, at=at)
    tell = _tell_school if to_school else _tell_family
    tell(device_return, ReturnLabel(), at=at, attachment=device_return.label)
    return device_return


@transaction.atomic
def mark_in_transit(*, device_return: DeviceReturn, by: User | None, at: datetime) -> DeviceReturn:
    """The parcel was handed in: the laptop is with the pupil no more."""
    device_return = locked(device_return)
    device_return.move_to(ReturnState.IN_TRANSIT, by=by, at=at)
    lending.send_back(loan=device_return.loan, by=by, at=at)
    return device_return


@transaction.atomic
def receive_return(*, device_return: DeviceReturn, by: User, at: datetime) -> DeviceReturn:
    """The parcel is at the warehouse; it must be inspected."""
    device_return = locked(device_return)
    device_return.move_to(ReturnState.RECEIVED, by=by, at=at)
    return device_return


def return_scanned(code: str) -> DeviceReturn:
    """The live return behind a scan: the label's reference or tracking number, the serial or the asset tag.

    Raises Refused(`unknown_code`) or Refused(`nothing_awaited`) when this laptop is not expected.
    """
    code = code.strip().upper()
    live = DeviceReturn.objects.live().select_related("loan__device", "loan__pupil")
    if found := live.filter(Q(reference=code) | Q(tracking_number=code)).first():
        return found
    device = Device.objects.by_scan(code).first()
    if device is None:
        raise Refused(
            "unknown_code", _("“%(code)s” is neither a label nor a laptop we know.") % {"code": code}
        )
    found = live.filter(loan__device=device).first()
    if found is None:
        raise Refused(
            "nothing_awaited",
            _("Nobody expects laptop %(device)s: it is “%(state)s”. Put it aside and call the helpdesk.")
            % {"device": device.asset_tag, "state": device.get_state_display()},
        )
    return found


@transaction.atomic
def inspect_return(
    *,
    device_return: DeviceReturn,
    present: Iterable[str],
    condition: str,
    by: User,
    at: datetime,
    note: str = "",
) -> DeviceReturn:
    """Check the kit and the state of the laptop, end the loan, send the receipt. Inspected twice, the first stays.

    `present` are the codes of the kit's items found in the box. Raises Refused(`laptop_missing`) for an empty box.
    """
    device_return = locked(device_return)
    if device_return.state == ReturnState.CLOSED:
        return device_return
    on = timezone.localdate(at)
    kit = _checked_kit(device_return, set(present))
    if not any(item["code"] == "laptop" and item["present"] for item in kit):
        raise Refused("laptop_missing", _("The laptop is not in the box: the return cannot be closed."))
    inspection = {"kit": kit, "condition": Condition(condition).value, "note": note.strip(), "by": str(by)}
    lending.return_device(loan=device_return.loan, by=by, on=on, at=at)
    device_return.move_to(ReturnState.CLOSED, by=by, at=at, closed_on=on, inspection=inspection)
    _tell_family(device_return, ReturnClosed(), at=at, missing=missing_items(inspection))
    return device_return


@transaction.atomic
def cancel_return(
    *, device_return: DeviceReturn, by: User | None, at: datetime, reason: str = ""
) -> DeviceReturn:
    """The pupil keeps the laptop after all; a return already received is not cancelled."""
    device_return = locked(device_return)
    if device_return.state == ReturnState.CANCELLED:
        return device_return
    device_return.move_to(ReturnState.CANCELLED, by=by, at=at, comment=reason)
    lending.cancel_ask_back(loan=device_return.loan, by=by, at=at)
    _tell_family(device_return, ReturnCancelled(), at=at)
    return device_return


def missing_items(inspection: dict[str, Any]) -> list[str]:
    """The names of what was expected and did not come back."""
    return [item["name"] for item in inspection["kit"] if item["expected"] and not item["present"]]


def locked(device_return: DeviceReturn) -> DeviceReturn:
    """The return as it is now, held until the end of the transaction."""
    return (
        DeviceReturn.objects.select_for_update(of=("self",))
        .select_related(
            "loan__device",
            "loan__pupil",
            "loan__convention__campaign__rules",
            "loan__convention__campaign__programme",
            "school",
            "label",
        )
        .get(pk=device_return.pk)
    )


def _checked_kit(device_return: DeviceReturn, present: set[str]) -> list[dict[str, Any]]:
    kit = device_return.loan.convention.campaign.rule_tree.accessories.kit
    return [
        {
            "code": item.code,
            "name": item.name,
            "expected": item.required_on_return,
            "present": item.code in present,
        }
        for item in kit
    ]


def _tell_family(
    device_return: DeviceReturn, notification: ReturnNotification, *, at: datetime, **words: Any
) -> None:
    addresses = family_addresses(device_return.loan.pupil, timezone.localdate(at))
    _send(notification.about_return(device_return, to=address, at=at, **words) for address in addresses)


def _tell_school(
    device_return: DeviceReturn, notification: ReturnNotification, *, at: datetime, **words: Any
) -> None:
    addresses = school_addresses(device_return.school)
    _send(
        notification.about_return(device_return, to=address, at=at, to_school=True, **words)
        for address in addresses
    )


def _send(drafts: Iterable[Draft]) -> None:
    if waiting := list(drafts):
        enqueue(*waiting)
