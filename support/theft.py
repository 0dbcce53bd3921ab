"""Theft and loss: the police report, then the declaration; the replacement is in `interventions` (N11)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.files import store_document
from core.outbox import enqueue
from core.refusals import Refused
from loans import lending
from support.enums import TicketKind, TicketState
from support.interventions import MISSING
from support.models import PoliceReport, Ticket
from support.notifications import ReportNeeded
from support.tickets import locked, move


@transaction.atomic
def ask_report(*, ticket: Ticket, by: User, at: datetime) -> Ticket:
    """Ask the requester for the report; the ticket waits for them. Asked again the same day, one message leaves."""
    ticket = _missing(ticket)
    if hasattr(ticket, "police_report"):
        raise Refused("report_here", _("The police report is already here."))
    whom = TicketState.WAITING_SCHOOL if ticket.opened_by_school else TicketState.WAITING_FAMILY
    move(ticket, whom, by=by, at=at, comment=_("The police report is asked for."))
    if ticket.requester_email:
        key = f"report {timezone.localdate(at):%Y%m%d}"
        enqueue(ReportNeeded().about_ticket(ticket, to=ticket.requester_email, key=key, at=at))
    return ticket


@transaction.atomic
def record_police_report(
    *,
    ticket: Ticket,
    number: str,
    filed_on: date,
    office: str,
    upload: Any,
    by: User | None,
    at: datetime,
) -> PoliceReport:
    """Keep the report and its scan, and declare the laptop stolen or lost. A second report changes nothing.

    `upload` has a name and bytes to read. Raises Refused(`report_in_the_future`, or as `store_document`).
    """
    ticket = _missing(ticket)
    if hasattr(ticket, "police_report"):
        return ticket.police_report
    on = timezone.localdate(at)
    if filed_on > on:
        raise Refused("report_in_the_future", _("The report cannot be dated after today."))
    report = PoliceReport.objects.create(
        ticket=ticket,
        number=number.strip(),
        filed_on=filed_on,
        office=office.strip(),
        file=store_document(upload.read(), kind="police-report", name=upload.name),
        received_at=at,
    )
    _declare(ticket, by=by, at=at)
    move(ticket, TicketState.OPEN, by=by, at=at, comment=_("The police report is here."))
    return report


def _declare(ticket: Ticket, *, by: User | None, at: datetime) -> None:
    """The loan ends without its laptop, which is from now on stolen or lost."""
    if ticket.loan:
        is_theft = ticket.kind == TicketKind.THEFT
        lending.declare_missing(loan=ticket.loan, stolen=is_theft, by=by, on=timezone.localdate(at), at=at)


def _missing(ticket: Ticket) -> Ticket:
    ticket = locked(ticket)
    if ticket.kind not in MISSING:
        raise Refused("not_missing", _("This request is about neither a theft nor a loss."))
    if ticket.loan is None:
        raise Refused("no_loan", _("Say first which pupil and which laptop this request is about."))
    return ticket
