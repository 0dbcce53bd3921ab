"""Labels sent from a ticket: for a repair granted, or for a return."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.models import StoredFile
from core.outbox import enqueue
from core.refusals import Refused
from support.interventions import granted_to
from support.labels import repair_label
from support.models import DeviceReturn, Ticket, TicketAttachment, TicketMessage
from support.notifications import TicketAnswered
from support.returns import send_label
from support.tickets import locked


LABEL_KIND = "label"


@transaction.atomic
def send_repair_label(*, ticket: Ticket, by: User, at: datetime) -> TicketMessage:
    """Answer with the prepaid label to the workshop; asked again, the same label is sent again.

    Raises Refused(`not_granted`) while no repair is granted.
    """
    ticket = locked(ticket)
    intervention = granted_to(ticket)
    if intervention is None:
        raise Refused("not_granted", _("Grant the repair first: the label comes with it."))
    label = _label_sent(ticket) or repair_label(intervention)
    body = _(
        "Here is the prepaid label. Print it, stick it on the original box and hand the parcel in at a post office."
    )
    message = TicketMessage.objects.create(
        ticket=ticket, author=by, author_name=by.get_full_name(), body=body, written_at=at
    )
    TicketAttachment.objects.create(message=message, file=label)
    if ticket.requester_email:
        key = f"message {message.pk}"
        to = ticket.requester_email
        enqueue(TicketAnswered().about_ticket(ticket, to=to, key=key, at=at, attachment=label, body=body))
    return message


@transaction.atomic
def send_return_label(*, ticket: Ticket, by: User, at: datetime) -> DeviceReturn:
    """Send the label of the live return of this ticket's pupil, to the school when it is the school that asks.

    Raises Refused(`nothing_to_return`).
    """
    live = DeviceReturn.objects.live().filter(loan__pupil=ticket.pupil_id).first()
    if live is None:
        raise Refused("nothing_to_return", _("No laptop is asked back from this pupil."))
    return send_label(device_return=live, by=by, at=at, to_school=ticket.opened_by_school)


def _label_sent(ticket: Ticket) -> StoredFile | None:
    sent = TicketAttachment.objects.filter(message__ticket=ticket, file__kind=LABEL_KIND)
    found = sent.select_related("file").first()
    return found.file if found else None
