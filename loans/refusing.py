"""A family does not want the laptop: by its link, with a reason if it likes (N3)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.evidence import append_event
from core.outbox import cancel_waiting
from core.refusals import Refused
from core.trips import Trip
from loans.cases import read_case_of
from loans.enums import ConventionState
from loans.links import refuse_unusable
from loans.models import Convention, SigningLink
from loans.notifications import RefusalRecorded
from loans.obstacles import act_of, refuse_opposed
from loans.receipts import write_receipt


@transaction.atomic
def refuse_convention(*, link: SigningLink, reason: str, at: datetime) -> Convention:
    """The family does not want the laptop; it may change its mind by the same link.

    Raises Refused(`already_signed` or `link_…`).
    """
    case = read_case_of(link)
    held, convention = case.link, case.convention
    if convention.state == ConventionState.SIGNED or act_of(held.guardian, case.acts):
        raise Refused(
            "already_signed", _("This convention is already signed. Call the helpline to give up the loan.")
        )
    refuse_unusable(held, at)
    if convention.state == ConventionState.REFUSED:
        return convention
    refuse_opposed(convention)
    trip = Trip()
    convention.move_to(
        ConventionState.REFUSED,
        by=None,
        at=at,
        trip=trip,
        refused_on=timezone.localdate(at),
        refused_by=held.guardian,
        refusal_reason=reason.strip()[:2000],
    )
    cancel_waiting(about=convention.stream, trip=trip)
    actor = f"link:{link.pk}"
    append_event(
        trip, case.head, stream=convention.stream, action="refused", actor=actor, at=at, link=link.pk
    )
    person = next((p for p in case.people if p.guardian == held.guardian), None)
    if person:
        write_receipt(trip, case, person, RefusalRecorded(), "refusal", at)
    trip.go()
    return convention
