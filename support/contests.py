"""A family contests a decision: its own words open a ticket that carries the verdict (X6)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core.verdicts import Verdict
from loans.models import Convention, SigningLink
from support.enums import Channel, TicketKind, TicketState
from support.models import DeviceReturn, Ticket
from support.tickets import open_ticket


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that a family may contest; `code` is what the form posts."""

    code: str
    label: str
    verdict: Verdict


def decisions_about(convention: Convention) -> list[Decision]:
    """What was decided about this pupil: refused requests, the laptop asked back, the right to a laptop."""
    refused = convention.pupil.tickets.filter(state=TicketState.REFUSED).order_by("-moved_at")
    asked_back = DeviceReturn.objects.live().filter(loan__pupil=convention.pupil)
    request, laptop = _("Request no. %(number)s, refused"), _("The laptop asked back, no. %(number)s")
    return [
        *(
            Decision(f"ticket-{found.number}", request % {"number": found.number}, why)
            for found in refused
            if (why := found.why)
        ),
        *(
            Decision(f"return-{back.reference}", laptop % {"number": back.reference}, back.why)
            for back in asked_back
        ),
        Decision("eligibility", _("The right to a laptop"), convention.verdict),
    ]


def open_contest(*, link: SigningLink, decision: Decision, body: str, at: datetime) -> Ticket:
    """Open a ticket of kind CONTEST in the family's words, with the verdict contested."""
    pupil = link.convention.pupil
    return open_ticket(
        campaign=link.convention.campaign,
        kind=TicketKind.CONTEST,
        subject=_("Contested: %(decision)s") % {"decision": decision.label},
        body=body,
        channel=Channel.FAMILY,
        by=None,
        at=at,
        pupil=pupil,
        requester_name=link.guardian.full_name if link.guardian else pupil.full_name,
        requester_email=link.sent_to,
        verdict=decision.verdict,
    )
