"""Two people from the voted size: one launches, another approves (trust 58)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refused
from core.rings import ring_on_commit
from loans.enums import MailingState
from loans.mailings.preparing import TASK, locked
from loans.mailings.telling import tell_region
from loans.models import Mailing


@transaction.atomic
def launch_mailing(*, mailing: Mailing, by: User, at: datetime) -> Mailing:
    """Who looked at the preview says that it may leave: at once, or once another person approves.

    Raises Refused(`transition_refused`) when it is past that.
    """
    mailing = locked(mailing)
    if mailing.state in (MailingState.ASKED, MailingState.RUNNING):
        return mailing
    if mailing.second_person:
        mailing.move_to(MailingState.ASKED, by=by, at=at, asked_by=by, asked_at=at)
        tell_region(mailing, at=at)
        return mailing
    mailing.move_to(MailingState.RUNNING, by=by, at=at, asked_by=by, asked_at=at)
    ring_on_commit(TASK)
    return mailing


@transaction.atomic
def approve_mailing(*, mailing: Mailing, by: User, at: datetime) -> Mailing:
    """The second person says yes: letters begin to leave within the minute, out of quiet hours.

    Raises Refused(`second_person` or `transition_refused`).
    """
    mailing = locked(mailing)
    if mailing.state == MailingState.RUNNING:
        return mailing
    if mailing.state == MailingState.ASKED and mailing.asked_by_id == by.pk:
        raise Refused(
            "second_person", _("You launched this mailing: another person of the region approves it.")
        )
    if mailing.state == MailingState.PREPARED:
        raise Refused(
            "not_asked", _("Nobody launched this mailing yet: look at its preview, then launch it.")
        )
    mailing.move_to(MailingState.RUNNING, by=by, at=at, approved_by=by, approved_at=at)
    ring_on_commit(TASK)
    return mailing


@transaction.atomic
def decline_mailing(*, mailing: Mailing, by: User, at: datetime, reason: str) -> Mailing:
    """Send it back with what is wrong. Raises Refused(`reason_missing` or `transition_refused`)."""
    mailing = locked(mailing)
    if not reason.strip():
        raise Refused("reason_missing", _("Say what is wrong: the person who launched it must know."))
    mailing.move_to(MailingState.PREPARED, by=by, at=at, comment=reason.strip(), asked_by=None, asked_at=None)
    return mailing
