"""To who just signed or refused: what was noted, with a link of their own, in the trip that notes it."""

from datetime import datetime

from core.notifications import EmailNotification
from core.outbox import put_in
from core.trips import Trip
from loans.addresses import Signatory
from loans.cases import Case
from loans.letters import draft_to, new_link
from loans.links import keep_wrong_dates


def write_receipt(
    trip: Trip,
    case: Case,
    person: Signatory,
    notification: EmailNotification,
    name: str,
    at: datetime,
    **context: object,
) -> None:
    """Nothing when no address is known; `name` tells this message from the others about the convention."""
    if not person.email:
        return
    convention = case.convention
    token, link = new_link(convention, person, convention.campaign, at)
    if case.has_wrong_dates:
        keep_wrong_dates([link])
    trip.insert(link)
    draft = draft_to(convention, person, notification, name, convention.campaign, at, token, link, **context)
    put_in(draft, trip=trip)
