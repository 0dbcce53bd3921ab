"""One letter of a mailing as its reader gets it, but for the link, which is nobody's to follow."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from core.models import Message
from core.tokens import masked
from loans.enums import ConventionState, MailingKind
from loans.letters import draft_to, new_link
from loans.mailings.recipients import recipients
from loans.models import Convention, Mailing
from loans.notifications import ConventionReminder, ConventionToSign
from loans.signers import awaited_of


LOOKED_AT = (20, 200, 2_000, 20_000)  # families looked at, more each time, for one that can be written to
PERSONAL = "lien-personnel"


@dataclass(frozen=True, slots=True)
class Sample:
    to: str
    subject: str
    body: str


def sample_of(mailing: Mailing, *, at: datetime) -> Sample | None:
    """The letter to the first family that can be written to; None when nobody is left to write to.

    Those out of reach stay drafts, so that mailing after mailing they are the first of the list.
    """
    if written := _first_written(mailing):
        return _letter_to(written, mailing, at)
    concerned = recipients(mailing).order_by("pk").values_list("pk", flat=True)
    start = 0
    for count in LOOKED_AT:
        rows = _conventions(list(concerned[start : start + count]))
        if not rows:
            return None
        if sample := _letter_to(rows, mailing, at):
            return sample
        start += count
    return None


def _letter_to(rows: list[Convention], mailing: Mailing, at: datetime) -> Sample | None:
    people = awaited_of(rows)
    for row in rows:
        for person in people[row.pk]:
            if person.can_be_written:
                _token, link = new_link(row, person, mailing.campaign, at)
                notification = _notification(mailing, row)
                draft = draft_to(row, person, notification, "sample", mailing.campaign, at, PERSONAL, link)
                return Sample(person.name, draft.subject, masked(draft.body))
    return None


def _first_written(mailing: Mailing) -> list[Convention]:
    written = Message.objects.in_lot(mailing.lot).order_by("pk").values_list("about", flat=True)[:1]
    stream = next(iter(written), "")
    if not stream:
        return []
    return list(_whole().filter(public_id=UUID(stream.removeprefix("convention:"))))


def _conventions(ids: list[int]) -> list[Convention]:
    return list(_whole().filter(pk__in=ids).order_by("pk"))


def _whole() -> QuerySet[Convention]:
    return Convention.objects.select_related("pupil", "enrolment__school")


def _notification(mailing: Mailing, row: Convention) -> ConventionReminder | ConventionToSign:
    if mailing.kind == MailingKind.CHOSEN:
        return ConventionToSign() if row.state == ConventionState.DRAFT else ConventionReminder()
    return ConventionReminder() if mailing.kind == MailingKind.REMINDER else ConventionToSign()
