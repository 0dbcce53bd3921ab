"""A ticket from the first word to the last: opened, answered, assigned, waited for, solved, reopened, closed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from core.files import store_document
from core.models import StoredFile
from core.outbox import enqueue
from core.refusals import Refused
from core.verdicts import Verdict
from loans.models import Loan
from programmes.models import Campaign
from schools.models import Pupil, School
from support.contacts import present_enrolment
from support.enums import Channel, TicketState
from support.models import Ticket, TicketAttachment, TicketMessage
from support.notifications import TicketAnswered, TicketReceived
from support.numbering import next_number


SAME_REQUEST = timedelta(
    minutes=10
)  # the same words sent again within this time are one request (double click)
WAITING = {"family": TicketState.WAITING_FAMILY, "school": TicketState.WAITING_SCHOOL}


@transaction.atomic
def open_ticket(
    *,
    campaign: Campaign,
    kind: str,
    subject: str,
    body: str,
    channel: str,
    by: User | None,
    at: datetime,
    pupil: Pupil | None = None,
    school: School | None = None,
    requester_name: str = "",
    requester_email: str = "",
    verdict: Verdict | None = None,
    files: Iterable[StoredFile] = (),
) -> Ticket:
    """Open a request and tell the requester its number; the same words sent twice open one.

    School and loan are the pupil's own unless `school` says otherwise. Raises Refused(`message_empty`).
    """
    refuse_empty(subject)
    refuse_empty(body)
    number = next_number(Ticket, "number", f"{campaign.school_year % 100:02}-")
    if same := _same_request(pupil, kind, body, by, at):
        return same
    ticket = Ticket.objects.create(
        number=number,
        campaign=campaign,
        kind=kind,
        channel=channel,
        subject=subject.strip()[:160],
        pupil=pupil,
        school=school or _school_of(pupil),
        loan=_loan_of(pupil),
        requester_name=requester_name or (by.get_full_name() if by and channel == Channel.PORTAL else ""),
        requester_email=requester_email or (by.email if by and channel == Channel.PORTAL else ""),
        verdict=verdict.as_json() if verdict else None,
        opened_by=by,
        opened_at=at,
        moved_at=at,
    )
    _write(ticket, body, by=by, at=at, files=files, author_name=ticket.requester_name)
    _tell(ticket, TicketReceived(), key="received", at=at)
    return ticket


@transaction.atomic
def reply(
    *, ticket: Ticket, body: str, by: User | None, at: datetime, files: Iterable[StoredFile] = ()
) -> TicketMessage:
    """Answer: an agent's words leave by e-mail; the school's or the family's bring the ticket back to us."""
    refuse_empty(body)
    ticket = locked(ticket)
    message = _write(ticket, body, by=by, at=at, files=files, author_name=ticket.requester_name)
    if is_agent(by):
        if ticket.state == TicketState.NEW:
            move(ticket, TicketState.OPEN, by=by, at=at)
        _tell(ticket, TicketAnswered(), key=f"message {message.pk}", at=at, body=message.body)
    elif ticket.state not in (TicketState.NEW, TicketState.OPEN, TicketState.WORKSHOP):
        move(ticket, TicketState.OPEN, by=by, at=at, comment=_("The requester answered."))
    return message


@transaction.atomic
def note(
    *, ticket: Ticket, body: str, by: User | None, at: datetime, files: Iterable[StoredFile] = ()
) -> TicketMessage:
    """Write for the agents only."""
    refuse_empty(body)
    return _write(locked(ticket), body, by=by, at=at, files=files, is_internal=True)


@transaction.atomic
def assign(*, ticket: Ticket, to: User | None, by: User, at: datetime) -> Ticket:
    """Give a ticket to an agent, or to nobody; taking a new one opens it. Raises Refused(`not_an_agent`)."""
    if to is not None and not is_agent(to):
        raise Refused("not_an_agent", _("Only an agent of the helpdesk or of the region can take a request."))
    ticket = locked(ticket)
    if to and ticket.state == TicketState.NEW:
        move(ticket, TicketState.OPEN, by=by, at=at)
    if ticket.assignee_id != (to.pk if to else None):
        ticket.assignee = to
        ticket.save(update_fields=["assignee"])
        words = _("Taken by %(name)s.") % {"name": to} if to else _("Nobody is in charge any more.")
        _write(ticket, words, by=by, at=at, is_internal=True)
    return ticket


@transaction.atomic
def reply_and(
    *, ticket: Ticket, body: str, by: User, at: datetime, files: Iterable[StoredFile] = (), then: str = ""
) -> TicketMessage:
    """Answer and move in one gesture: `then` is "wait_family", "wait_school", "solve" or nothing."""
    message = reply(ticket=ticket, body=body, by=by, at=at, files=files)
    if then == "solve":
        solve(ticket=ticket, by=by, at=at)
    elif then:
        wait_for(ticket=ticket, whom=then.removeprefix("wait_"), by=by, at=at)
    return message


@transaction.atomic
def wait_for(*, ticket: Ticket, whom: str, by: User, at: datetime) -> Ticket:
    """Wait for the "family" or the "school"."""
    ticket = locked(ticket)
    move(ticket, WAITING[whom], by=by, at=at)
    return ticket


@transaction.atomic
def solve(*, ticket: Ticket, by: User | None, at: datetime) -> Ticket:
    """Done; the requester may still answer, which opens it again."""
    ticket = locked(ticket)
    move(ticket, TicketState.SOLVED, by=by, at=at, solved_at=at)
    return ticket


@transaction.atomic
def reopen(*, ticket: Ticket, by: User | None, at: datetime, reason: str = "") -> Ticket:
    """Take up again a ticket that was solved, refused or closed."""
    ticket = locked(ticket)
    move(ticket, TicketState.OPEN, by=by, at=at, comment=reason)
    return ticket


@transaction.atomic
def close(*, ticket: Ticket, by: User | None, at: datetime) -> Ticket:
    """Over: nothing more is expected of anybody."""
    ticket = locked(ticket)
    move(ticket, TicketState.CLOSED, by=by, at=at)
    return ticket


def locked(ticket: Ticket) -> Ticket:
    """The ticket as it is now, held until the end of the transaction."""
    return (
        Ticket.objects.select_for_update(of=("self",))
        .select_related("campaign__rules", "campaign__programme", "pupil", "school", "loan__device")
        .get(pk=ticket.pk)
    )


def move(
    ticket: Ticket, state: str, *, by: User | None, at: datetime, comment: str = "", **stamps: Any
) -> None:
    """Change the state of a locked ticket and remember since when it is there."""
    if ticket.state != state:
        ticket.move_to(state, by=by, at=at, comment=comment, moved_at=at, **stamps)


def is_agent(user: User | None) -> bool:
    return user is not None and user.has_role(Role.HELPDESK, Role.REGION)


def refuse_empty(text: str) -> None:
    if not text.strip():
        raise Refused("message_empty", _("Write a few words: what happened, or what you answer."))


def keep_files(uploads: Iterable[Any]) -> list[StoredFile]:
    """Store what was attached; raises Refused for anything but a PDF or a photograph."""
    return [store_document(upload.read(), kind="ticket", name=upload.name) for upload in uploads]


def _write(
    ticket: Ticket,
    body: str,
    *,
    by: User | None,
    at: datetime,
    files: Iterable[StoredFile] = (),
    author_name: str = "",
    is_internal: bool = False,
) -> TicketMessage:
    message = TicketMessage.objects.create(
        ticket=ticket,
        author=by,
        author_name=by.get_full_name() if by else author_name or _("The family"),
        body=body.strip(),
        is_internal=is_internal,
        written_at=at,
    )
    TicketAttachment.objects.bulk_create(TicketAttachment(message=message, file=file) for file in files)
    return message


def _tell(
    ticket: Ticket, notification: TicketAnswered | TicketReceived, *, key: str, at: datetime, **words: Any
) -> None:
    if ticket.requester_email:
        draft = notification.about_ticket(ticket, to=ticket.requester_email, key=key, at=at, **words)
        enqueue(draft)


def _same_request(pupil: Pupil | None, kind: str, body: str, by: User | None, at: datetime) -> Ticket | None:
    return (
        Ticket.objects.live()
        .filter(
            pupil=pupil, kind=kind, opened_by=by, opened_at__gt=at - SAME_REQUEST, messages__body=body.strip()
        )
        .first()
    )


def _school_of(pupil: Pupil | None) -> School | None:
    enrolment = present_enrolment(pupil) if pupil else None
    return enrolment.school if enrolment else None


def _loan_of(pupil: Pupil | None) -> Loan | None:
    return pupil.loans.main().open().first() if pupil else None
