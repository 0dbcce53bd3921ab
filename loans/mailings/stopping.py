"""The stop button: nothing leaves after the message in hand; then gone on with, or given up (trust 58)."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.models import Message, MessageState
from core.outbox import stop_lot
from core.refusals import Refused
from core.rings import ring_on_commit
from loans.enums import ConventionState, MailingKind, MailingState
from loans.mailings.preparing import TASK, locked
from loans.mailings.writing import Paced
from loans.models import Convention, ConventionLog, Mailing, SigningLink


BATCH = 500


@transaction.atomic
def stop_mailing(*, mailing: Mailing, by: User, at: datetime, reason: str) -> Mailing:
    """Nothing of it is written any more, and what waits in the outbox does not leave.

    Raises Refused(`reason_missing` or `transition_refused`).
    """
    mailing = locked(mailing)
    if mailing.state == MailingState.STOPPED:
        return mailing
    if not reason.strip():
        raise Refused("reason_missing", _("Say why it is stopped: those who find it will want to know."))
    kept = stop_lot(mailing.lot)
    comment = f"{reason.strip()} " + ngettext(
        "(%(count)d message did not leave)", "(%(count)d messages did not leave)", kept
    ) % {"count": kept}
    mailing.move_to(MailingState.STOPPED, by=by, at=at, comment=comment)
    return mailing


@transaction.atomic
def resume_mailing(*, mailing: Mailing, by: User, at: datetime) -> Mailing:
    """Go on where it stopped: the same messages, but for families who answered meanwhile; then those not written to.

    Raises Refused(`transition_refused`).
    """
    mailing = locked(mailing)
    if mailing.state == MailingState.RUNNING:
        return mailing
    if mailing.state != MailingState.STOPPED:
        raise Refused("not_stopped", _("This mailing is not stopped: there is nothing to go on with."))
    mailing.move_to(MailingState.RUNNING, by=by, at=at)
    pace = Paced(mailing, at).pace
    for batch in _kept(mailing):
        again = _still_wanted(batch, at)
        for message, instant in zip(again, pace or (), strict=False):
            message.state, message.due_at, message.leased_until = MessageState.QUEUED, instant, None
        Message.objects.bulk_update(again, ["state", "due_at", "leased_until"], batch_size=500)
        _count_from_today(mailing, again, at)
    mailing.save(update_fields=["pace_at", "pace_count"])
    ring_on_commit(TASK)
    return mailing


@transaction.atomic
def drop_mailing(*, mailing: Mailing, by: User, at: datetime, reason: str) -> Mailing:
    """Give it up. Families whose first letter stayed here are as if they had never been written to.

    Raises Refused(`reason_missing` or `transition_refused`).
    """
    mailing = locked(mailing)
    if mailing.state == MailingState.DROPPED:
        return mailing
    if not reason.strip():
        raise Refused("reason_missing", _("Say why it is given up: those who find it will want to know."))
    was_stopped = mailing.state == MailingState.STOPPED
    mailing.move_to(MailingState.DROPPED, by=by, at=at, comment=reason.strip(), ended_at=at)
    if was_stopped and mailing.kind in (MailingKind.FIRST, MailingKind.CHOSEN):
        for batch in _kept(mailing):
            _take_back(batch, by, at)
    return mailing


def _kept(mailing: Mailing) -> Iterator[list[Message]]:
    """The messages that did not leave, a batch at a time."""
    last = 0
    kept = Message.objects.in_lot(mailing.lot).filter(state=MessageState.CANCELLED).order_by("pk")
    while rows := list(kept.filter(pk__gt=last)[:BATCH]):
        yield rows
        last = rows[-1].pk


def _conventions_of(messages: list[Message]) -> dict[str, Convention]:
    """By stream, locked; only those that wait for an answer."""
    ids = {UUID(message.about.removeprefix("convention:")) for message in messages}
    waiting = Convention.objects.awaiting().filter(public_id__in=ids)
    return {row.stream: row for row in waiting.select_for_update(of=("self",)).order_by("pk")}


def _still_wanted(messages: list[Message], at: datetime) -> list[Message]:
    """Those whose family has not answered, by a link that still works."""
    waiting = _conventions_of(messages)
    open_links = SigningLink.objects.filter(
        convention__in=waiting.values(), revoked_at=None, expires_at__gt=at
    )
    ways = set(open_links.values_list("convention", "sent_to"))
    return [
        message
        for message in messages
        if message.about in waiting and (waiting[message.about].pk, message.to_address) in ways
    ]


def _count_from_today(mailing: Mailing, messages: list[Message], at: datetime) -> None:
    """Reminders follow the day the first letter truly leaves."""
    if mailing.kind == MailingKind.FIRST:
        ids = {UUID(message.about.removeprefix("convention:")) for message in messages}
        Convention.objects.filter(public_id__in=ids).update(sent_on=timezone.localdate(at))


def _take_back(messages: list[Message], by: User, at: datetime) -> None:
    """Conventions of which no message left are drafts again, and their links are closed."""
    waiting = _conventions_of(messages)
    left = Message.objects.filter(about__in=waiting).exclude(state=MessageState.CANCELLED)
    unwritten = [waiting[stream] for stream in waiting.keys() - set(left.values_list("about", flat=True))]
    Convention.objects.filter(pk__in=[row.pk for row in unwritten]).update(
        state=ConventionState.DRAFT, sent_on=None, reminders_count=0
    )
    SigningLink.objects.filter(convention__in=unwritten, revoked_at=None).update(revoked_at=at)
    ConventionLog.objects.bulk_create(
        ConventionLog(
            subject=row,
            from_state=ConventionState.SENT,
            to_state=ConventionState.DRAFT,
            by=by,
            at=at,
            comment=_("The mailing was stopped before this letter left."),
        )
        for row in unwritten
    )
