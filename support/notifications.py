"""Messages of the helpdesk. A ticket's own number is in every subject: « [n° 26-000123] »."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from core.models import StoredFile
from core.notifications import EmailNotification
from core.outbox import Draft
from support.models import DeviceReturn, Ticket


class TicketNotification(EmailNotification):
    """A message about one ticket, with the helpline of whoever reads it."""

    def about_ticket(
        self,
        ticket: Ticket,
        *,
        to: str,
        key: str,
        at: datetime,
        attachment: StoredFile | None = None,
        **words: Any,
    ) -> Draft:
        is_school = ticket.opened_by_school
        helplines = ticket.campaign.rule_tree.support
        return self.draft(
            key=f"ticket {ticket.number} {key}",
            about=ticket.about,
            to=to,
            due_at=at,
            attachment=attachment,
            for_staff=is_school,
            ticket=ticket,
            helpline=helplines.schools if is_school else helplines.families,
            path=reverse("support:ticket", args=[ticket.public_id]) if is_school else "",
            **words,
        )


class TicketReceived(TicketNotification):
    """We have your request; this is its number."""

    kind = "ticket_received"
    template = "support/emails/ticket_received"


class TicketAnswered(TicketNotification):
    """An agent wrote to you."""

    kind = "ticket_answered"
    template = "support/emails/ticket_answered"


class TicketRefused(TicketNotification):
    """The rules do not grant it, and why (X6)."""

    kind = "ticket_refused"
    template = "support/emails/ticket_refused"


class RepairGranted(TicketNotification):
    """Granted: how to send us the laptop (N10)."""

    kind = "repair_granted"
    template = "support/emails/repair_granted"


class ReplacementGranted(TicketNotification):
    """Another laptop will come, through the school (N11)."""

    kind = "replacement_granted"
    template = "support/emails/replacement_granted"


class ReportNeeded(TicketNotification):
    """The police report is missing (N11)."""

    kind = "report_needed"
    template = "support/emails/report_needed"


class LaptopComing(TicketNotification):
    """To the school: a laptop is on its way, to be handed over in person (N10)."""

    kind = "laptop_coming"
    template = "support/emails/laptop_coming"
    is_for_staff = True


class ReturnNotification(EmailNotification):
    """A message about one return, to the family or to the school."""

    def about_return(
        self,
        device_return: DeviceReturn,
        *,
        to: str,
        at: datetime,
        to_school: bool = False,
        attachment: StoredFile | None = None,
        **words: Any,
    ) -> Draft:
        helplines = device_return.loan.convention.campaign.rule_tree.support
        return self.draft(
            key=f"return {device_return.reference} {self.kind} {to}",
            about=device_return.about,
            to=to,
            due_at=at,
            attachment=attachment,
            for_staff=to_school,
            device_return=device_return,
            helpline=helplines.schools if to_school else helplines.families,
            path=reverse("support:return", args=[device_return.public_id]) if to_school else "",
            **words,
        )


class ReturnAsked(ReturnNotification):
    """To the family: the laptop must come back, why, when and how (N12)."""

    kind = "return_asked"
    template = "support/emails/return_asked"


class ReturnAnnounced(ReturnNotification):
    """To the school: a pupil left, the laptop is asked back (N12)."""

    kind = "return_announced"
    template = "support/emails/return_announced"
    is_for_staff = True


class ReturnLabel(ReturnNotification):
    """The prepaid label and the instructions."""

    kind = "return_label"
    template = "support/emails/return_label"


class ReturnCancelled(ReturnNotification):
    """Keep the laptop after all."""

    kind = "return_cancelled"
    template = "support/emails/return_cancelled"


class ReturnClosed(ReturnNotification):
    """The laptop is back and inspected: the receipt."""

    kind = "return_closed"
    template = "support/emails/return_closed"
