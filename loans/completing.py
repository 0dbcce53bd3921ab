"""A convention is signed for good once those whom the rules ask for have signed."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from core.outbox import cancel_waiting
from core.trips import Trip
from loans.enums import ConventionState
from loans.models import Convention, Signature
from loans.rules import Signed
from loans.signers import signing_of
from programmes.models import Campaign


def complete(
    convention: Convention,
    *,
    by: User | None,
    on: date,
    at: datetime,
    comment: str = "",
    last: Signature | None = None,
    trip: Trip | None = None,
) -> None:
    """The way of the last signature is the convention's; no message waits any more. Row locked by the caller."""
    last = last or convention.signatures.order_by("-pk")[0]
    convention.move_to(
        ConventionState.SIGNED,
        by=by,
        at=at,
        comment=comment,
        trip=trip,
        signed_on=on,
        signature_method=last.method,
    )
    cancel_waiting(about=convention.stream, trip=trip)


@transaction.atomic
def complete_ready(*, campaign: Campaign, on: date, at: datetime) -> int:
    """Those that waited for a guardian whom the school's base names no more; returns how many."""
    half_way = Signature.objects.filter(
        convention__campaign=campaign,
        convention__state__in=[ConventionState.DRAFT, ConventionState.SENT],
    )
    waiting = Convention.objects.filter(pk__in=half_way.values("convention")).select_related(
        "campaign__rules"
    )
    count = 0
    for convention in waiting.select_for_update(of=("self",)):
        verdict = signing_of(convention, on)
        if verdict.outcome == Signed.COMPLETE:
            complete(convention, by=None, on=on, at=at, comment=verdict.reasons[0])
            count += 1
    return count
