"""A family contests a decision: its own words open a ticket that carries the verdict (X6)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.refusals import Refused
from core.tokens import token_digest
from core.verdicts import Verdict
from loans.models import Convention, SigningLink
from support.enums import Channel, TicketKind, TicketState
from support.models import DeviceReturn, Ticket
from support.tickets import open_ticket


MAX_WRONG_BIRTH_DATES = 5  # then the school or the helpdesk unlocks the link (trust 9)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that a family may contest; `code` is what the form posts."""

    code: str
    label: str
    verdict: Verdict


def decisions_about(convention: Convention) -> list[Decision]:
    """What was decided about this pupil: refused requests, the laptop asked back, the right to a laptop."""
    pupil = convention.pupil
    refused = pupil.tickets.filter(state=TicketState.REFUSED, verdict__isnull=False).order_by("-moved_at")
    live = DeviceReturn.objects.live().filter(loan__pupil=pupil)
    found = [
        Decision(
            f"ticket-{ticket.number}", _("Request no. %(number)s, refused") % {"number": ticket.number}, why
        )
        for ticket in refused
        if (why := ticket.why)
    ]
    asked_back = _("The laptop asked back, no. %(number)s")
    found += [
        Decision(f"return-{back.reference}", asked_back % {"number": back.reference}, back.why)
        for back in live
    ]
    return [*found, Decision("eligibility", _("The right to a laptop"), convention.verdict)]


def open_link(*, token: str, at: datetime) -> SigningLink:
    """The family's link; raises Refused(`link_closed`) when it is unknown, old, replaced or frozen."""
    link = (
        SigningLink.objects.filter(token_hash=token_digest(token))
        .select_related(
            "convention__pupil", "convention__campaign__programme", "convention__campaign__rules", "guardian"
        )
        .first()
    )
    if link is None or not link.is_open(at) or link.wrong_birth_dates_count >= MAX_WRONG_BIRTH_DATES:
        raise Refused(
            "link_closed", _("This link is no longer valid. Ask the helpdesk or the school for a new one.")
        )
    return link


def open_contest(*, link: SigningLink, decision: Decision, birth_on: date, body: str, at: datetime) -> Ticket:
    """Open a ticket of kind CONTEST in the family's words, with the verdict contested.

    A wrong birth date is counted, even though nothing else is kept. Raises Refused(`wrong_birth_date`).
    """
    if link.convention.pupil.birth_on != birth_on:
        _count_wrong_date(link)
        raise Refused("wrong_birth_date", _("This is not the pupil’s date of birth. Check it and try again."))
    return _open(link, decision, body, at)


@transaction.atomic
def _open(link: SigningLink, decision: Decision, body: str, at: datetime) -> Ticket:
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


@transaction.atomic
def _count_wrong_date(link: SigningLink) -> None:
    locked = SigningLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    locked.wrong_birth_dates_count += 1
    locked.save(update_fields=["wrong_birth_dates_count"])
