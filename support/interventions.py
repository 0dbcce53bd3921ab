"""Repairs and replacements: what the rules grant, and each step until the pupil has a working laptop again (N10)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.outbox import enqueue
from core.refusals import Refused
from core.verdicts import Verdict
from loans import lending
from loans.enums import OPEN_LOAN, DeviceState, LoanEnd, LoanState
from loans.models import Device, Loan
from schools.models import Pupil
from support.contacts import school_addresses
from support.enums import Entitlement, InterventionKind, InterventionState, TicketKind, TicketState
from support.models import Intervention, Ticket
from support.notifications import (
    LaptopComing,
    RepairGranted,
    ReplacementGranted,
    TicketNotification,
    TicketRefused,
)
from support.rules import DisappearanceFacts, Grant, RepairFacts, repair_entitlement, replacement_entitlement
from support.tickets import locked, move


BROKEN = (TicketKind.BREAKDOWN, TicketKind.BREAKAGE)
MISSING = {
    TicketKind.THEFT: InterventionKind.THEFT_REPLACEMENT,
    TicketKind.LOSS: InterventionKind.LOSS_REPLACEMENT,
}


def assess(ticket: Ticket, on: date) -> Verdict | None:
    """What the rules answer to this ticket that day; None when no right is at stake. What was granted stays granted."""
    if intervention := granted_to(ticket):
        return intervention.why
    if ticket.pupil is None or ticket.kind not in (*BROKEN, *MISSING):
        return None
    campaign = ticket.campaign
    grants = grants_of(ticket.pupil)
    if ticket.kind in BROKEN:
        facts = RepairFacts(has_loan=_has_laptop(ticket.loan), grants=grants)
        return repair_entitlement(facts, campaign.rule_tree, campaign.rules_version, on)
    report = getattr(ticket, "police_report", None)
    missing = DisappearanceFacts(
        has_loan=_had_laptop(ticket.loan),
        incident=ticket.kind,
        declared_on=report.filed_on if report else None,
        grants=grants,
    )
    return replacement_entitlement(missing, campaign.rule_tree, campaign.rules_version, on)


def grants_of(pupil: Pupil) -> tuple[Grant, ...]:
    """All that was granted to a pupil, oldest first."""
    rows = pupil.interventions.counted().values_list("kind", "granted_on")
    return tuple(Grant(kind, on) for kind, on in rows)


def granted_to(ticket: Ticket) -> Intervention | None:
    """The intervention this ticket led to, unless it was cancelled."""
    found = getattr(ticket, "intervention", None)
    return found if found and found.state != InterventionState.CANCELLED else None


@transaction.atomic
def grant_repair(
    *, ticket: Ticket, by: User, at: datetime, kind: str = InterventionKind.REPAIR
) -> Intervention:
    """Grant a repair or an identical replacement and say how to send the laptop.

    Raises Refused(`not_entitled`) with the reasons of the verdict; granted twice, it is the same intervention.
    """
    ticket = locked(ticket)
    intervention, is_new = _grant(ticket, kind, by=by, at=at)
    if is_new:
        whom = TicketState.WAITING_SCHOOL if ticket.opened_by_school else TicketState.WAITING_FAMILY
        move(ticket, whom, by=by, at=at, comment=_("The laptop must be sent to the workshop."))
        _tell_requester(ticket, RepairGranted(), key="granted", at=at, intervention=intervention)
    return intervention


@transaction.atomic
def grant_replacement(*, ticket: Ticket, by: User, at: datetime) -> Intervention:
    """Grant the replacement of a stolen or lost laptop (N11). Raises Refused(`not_entitled` or `needs_report`)."""
    ticket = locked(ticket)
    if ticket.kind not in MISSING:
        raise Refused("not_missing", _("This request is about neither a theft nor a loss."))
    intervention, is_new = _grant(ticket, MISSING[TicketKind(ticket.kind)], by=by, at=at)
    if is_new:
        move(ticket, TicketState.OPEN, by=by, at=at, comment=_("A laptop must be prepared."))
        _tell_requester(ticket, ReplacementGranted(), key="granted", at=at, intervention=intervention)
    return intervention


@transaction.atomic
def refuse(*, ticket: Ticket, by: User, at: datetime) -> Ticket:
    """Say no as the rules say no: the verdict is kept and sent with its reasons.

    Raises Refused(`entitled`) when the rules grant it: nobody refuses more than the rules.
    """
    ticket = locked(ticket)
    if ticket.state == TicketState.REFUSED:
        return ticket
    verdict = assess(ticket, timezone.localdate(at))
    if verdict is None or verdict.outcome != Entitlement.REFUSED:
        raise Refused("entitled", _("The rules do not refuse this request."))
    move(ticket, TicketState.REFUSED, by=by, at=at, verdict=verdict.as_json())
    _tell_requester(ticket, TicketRefused(), key=f"refused {at:%Y%m%d}", at=at, verdict=verdict)
    return ticket


@transaction.atomic
def receive_at_workshop(
    *, intervention: Intervention, diagnosis: str, by: User, at: datetime
) -> Intervention:
    """The workshop has the laptop and says what is wrong."""
    intervention = _locked(intervention)
    intervention.move_to(
        InterventionState.RECEIVED, by=by, at=at, comment=diagnosis, diagnosis=diagnosis.strip()
    )
    lending.send_to_repair(loan=intervention.loan, by=by, at=at)
    move(intervention.ticket, TicketState.WORKSHOP, by=by, at=at)
    return intervention


@transaction.atomic
def finish_repair(*, intervention: Intervention, by: User, at: datetime) -> Intervention:
    """Repaired: the same laptop goes back through the school, which hands it over in person."""
    intervention = _locked(intervention)
    if intervention.state == InterventionState.DONE:
        return intervention
    lending.receive_from_repair(loan=intervention.loan, by=by, at=at)
    return _send_back(intervention, by=by, at=at)


@transaction.atomic
def replace_device(
    *, intervention: Intervention, by: User, at: datetime, device: Device | None = None
) -> Intervention:
    """Another laptop for the pupil: the one scanned, or the first of the stock. The old loan ends, a new one begins.

    Raises Refused(`no_stock`), or as `loans.lending.swap_device` does.
    """
    intervention = _locked(intervention)
    if intervention.state == InterventionState.DONE:
        return intervention
    device = device or stock_device(like=intervention.loan.device)
    lending.swap_device(
        loan=intervention.loan,
        new_device=device,
        by=by,
        on=timezone.localdate(at),
        at=at,
        **_ending(intervention),
    )
    return _send_back(intervention, by=by, at=at, device=device)


@transaction.atomic
def confirm_receipt(*, ticket: Ticket, by: User, at: datetime) -> Ticket:
    """The school handed the laptop over in person: the story ends here.

    Raises Refused(`nothing_to_receive`) when no laptop was sent for this ticket.
    """
    ticket = locked(ticket)
    intervention = granted_to(ticket)
    if intervention is None or intervention.state != InterventionState.DONE:
        raise Refused("nothing_to_receive", _("No laptop was sent for this request yet."))
    comment = _("The laptop was handed over in person.")
    move(ticket, TicketState.SOLVED, by=by, at=at, comment=comment, solved_at=at)
    return ticket


def stock_device(*, like: Device) -> Device:
    """A laptop of the warehouse, of the same model if there is one; Refused(`no_stock`) when it is empty."""
    stock = Device.objects.in_stock().filter(school=None).select_for_update(of=("self",), skip_locked=True)
    device = stock.filter(model_id=like.model_id).first() or stock.first()
    if device is None:
        raise Refused("no_stock", _("No laptop is left in the warehouse: ask for some more, then try again."))
    return device


def _grant(ticket: Ticket, kind: str, *, by: User, at: datetime) -> tuple[Intervention, bool]:
    if present := granted_to(ticket):
        return present, False
    if ticket.pupil is None or ticket.loan is None:
        raise Refused("no_loan", _("Say first which pupil and which laptop this request is about."))
    # One right, two tickets: the second waits here and sees what the first was granted.
    Pupil.objects.select_for_update(of=("self",), no_key=True).get(pk=ticket.pupil.pk)
    on = timezone.localdate(at)
    verdict = assess(ticket, on)
    if verdict is None or verdict.outcome != Entitlement.GRANTED:
        code = "needs_report" if verdict and verdict.outcome == Entitlement.NEEDS_REPORT else "not_entitled"
        raise Refused(code, " ".join(verdict.reasons) if verdict else _("The rules grant nothing here."))
    intervention = Intervention.objects.create(
        ticket=ticket,
        pupil=ticket.pupil,
        loan=ticket.loan,
        kind=kind,
        verdict=verdict.as_json(),
        granted_on=on,
    )
    intervention.log.create(from_state="", to_state=intervention.state, by=by, at=at)
    return intervention, True


def _locked(intervention: Intervention) -> Intervention:
    ticket = locked(intervention.ticket)
    intervention = (
        Intervention.objects.select_for_update(of=("self",))
        .select_related("pupil", "loan__device")
        .get(pk=intervention.pk)
    )
    intervention.ticket = ticket
    return intervention


def _ending(intervention: Intervention) -> dict[str, str]:
    """How the old loan and the old laptop end."""
    if intervention.kind == InterventionKind.THEFT_REPLACEMENT:
        return _ended(LoanState.STOLEN, LoanEnd.STOLEN, DeviceState.STOLEN)
    if intervention.kind == InterventionKind.LOSS_REPLACEMENT:
        return _ended(LoanState.LOST, LoanEnd.LOST, DeviceState.LOST)
    return _ended(LoanState.CLOSED, LoanEnd.REPLACED, DeviceState.QUARANTINED)


def _ended(state: str, reason: str, device: str) -> dict[str, str]:
    return {"end_state": state, "end_reason": reason, "old_device_state": device}


def _send_back(
    intervention: Intervention, *, by: User, at: datetime, device: Device | None = None
) -> Intervention:
    on = timezone.localdate(at)
    intervention.move_to(InterventionState.DONE, by=by, at=at, done_on=on, new_device=device)
    ticket = intervention.ticket
    move(ticket, TicketState.WAITING_SCHOOL, by=by, at=at, comment=_("The school must hand the laptop over."))
    drafts = (
        LaptopComing().about_ticket(
            ticket, to=address, key=f"coming {address}", at=at, device=device or intervention.loan.device
        )
        for address in school_addresses(ticket.school)
    )
    enqueue(*drafts)
    return intervention


def _tell_requester(
    ticket: Ticket, notification: TicketNotification, *, key: str, at: datetime, **words: Any
) -> None:
    if ticket.requester_email:
        enqueue(notification.about_ticket(ticket, to=ticket.requester_email, key=key, at=at, **words))


def _has_laptop(loan: Loan | None) -> bool:
    return loan is not None and loan.state in OPEN_LOAN


def _had_laptop(loan: Loan | None) -> bool:
    """On loan, or declared missing and not replaced yet."""
    missing = (LoanState.STOLEN, LoanState.LOST)
    return _has_laptop(loan) or (
        loan is not None and loan.state in missing and not hasattr(loan, "replaced_by")
    )
