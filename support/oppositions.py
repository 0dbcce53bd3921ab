"""A parent's objection becomes a request that somebody follows up; lifted, the request says so (trust 14)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from loans import oppositions as loans
from loans.models import Convention, Opposition, SigningLink
from schools.models import Guardian
from support.enums import Channel, TicketKind
from support.models import Ticket
from support.tickets import note, open_ticket


@transaction.atomic
def oppose(
    *,
    convention: Convention,
    guardian: Guardian,
    reason: str,
    by: User | None,
    at: datetime,
    link: SigningLink | None = None,
) -> Opposition:
    """Record it and open its request, together; saying it again does neither.

    Refusals are those of `loans.oppositions.record_opposition`.
    """
    Convention.objects.select_for_update(of=("self",)).get(pk=convention.pk)  # said twice at once, heard once
    standing = Opposition.objects.against(convention).filter(guardian=guardian).first()
    opposition = loans.record_opposition(
        convention=convention, guardian=guardian, reason=reason, by=by, at=at, link=link
    )
    if standing is None:
        open_ticket(
            campaign=convention.campaign,
            kind=TicketKind.SIGNATURE,
            subject=subject_of(opposition),
            body=opposition.reason,
            channel=Channel.FAMILY if link else Channel.PORTAL,
            by=by,
            at=at,
            pupil=convention.pupil,
            requester_name=guardian.full_name if link else "",
            requester_email=link.sent_to if link else "",
        )
    return opposition


@transaction.atomic
def lift(*, opposition: Opposition, reason: str, by: User, at: datetime) -> Opposition:
    """Lift it, and write so in its request, which an agent closes. Raises Refused(`reason_missing`)."""
    was_standing = Opposition.objects.standing().filter(pk=opposition.pk).exists()
    lifted = loans.lift_opposition(opposition=opposition, reason=reason, by=by, at=at)
    if was_standing:
        for ticket in _requests(lifted):
            words = _("The objection was lifted: %(reason)s") % {"reason": lifted.lift_reason}
            note(ticket=ticket, body=words, by=by, at=at)
    return lifted


def subject_of(opposition: Opposition) -> str:
    return _("A parent objects to convention %(reference)s") % {"reference": opposition.convention.reference}


def _requests(opposition: Opposition) -> list[Ticket]:
    found = opposition.pupil.tickets.filter(kind=TicketKind.SIGNATURE, opened_at__gte=opposition.recorded_at)
    return list(found.live())
