"""One letter of a mailing as its reader gets it, but for the link, which is nobody's to follow."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.models import Message
from core.tokens import masked
from loans.enums import ConventionState, MailingKind
from loans.letters import draft_to, new_link
from loans.mailings.recipients import recipients
from loans.models import Convention, Mailing
from loans.notifications import ConventionReminder, ConventionToSign
from loans.signers import awaited_of


LOOKED_AT = 20  # families tried for one that can be written to
PERSONAL = "lien-personnel"


@dataclass(frozen=True, slots=True)
class Sample:
    to: str
    subject: str
    body: str


def sample_of(mailing: Mailing, *, at: datetime) -> Sample | None:
    """The letter to the first family; None when nobody is left to write to."""
    rows = _first_families(mailing)
    people = awaited_of(rows)
    for row in rows:
        for person in people[row.pk]:
            if person.can_be_written:
                _token, link = new_link(row, person, mailing.campaign, at)
                notification = _notification(mailing, row)
                draft = draft_to(row, person, notification, "sample", mailing.campaign, at, PERSONAL, link)
                return Sample(person.name, draft.subject, masked(draft.body))
    return None


def _first_families(mailing: Mailing) -> list[Convention]:
    everything = Convention.objects.select_related("pupil", "enrolment__school")
    written = Message.objects.in_lot(mailing.lot).order_by("pk").values_list("about", flat=True)[:1]
    if stream := next(iter(written), ""):
        return list(everything.filter(public_id=UUID(stream.removeprefix("convention:"))))
    concerned = recipients(mailing).order_by("pk").values_list("pk", flat=True)[:LOOKED_AT]
    return list(everything.filter(pk__in=list(concerned)).order_by("pk"))


def _notification(mailing: Mailing, row: Convention) -> ConventionReminder | ConventionToSign:
    if mailing.kind == MailingKind.CHOSEN:
        return ConventionToSign() if row.state == ConventionState.DRAFT else ConventionReminder()
    return ConventionReminder() if mailing.kind == MailingKind.REMINDER else ConventionToSign()
