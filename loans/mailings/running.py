"""Letters are written, a batch a transaction, so that a killed worker or a stop leaves whole batches only.

The mailing's row is held while a batch is written: whoever stops it waits for that batch, and no other follows.
"""

from collections import Counter
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.models import Message
from loans.enums import MailingState
from loans.mailings.pace import is_quiet
from loans.mailings.preparing import locked
from loans.mailings.recipients import recipients
from loans.mailings.writing import WRITERS, Paced
from loans.models import Mailing
from programmes.models import Campaign


BATCH = 500


def run_mailing(*, mailing: Mailing, on: date, at: datetime) -> Counter[str]:
    """Write to all who have not been written to; returns `sent`, `reminded` (conventions) and `messages`."""
    counts: Counter[str] = Counter()
    while (done := write_batch(mailing=mailing, on=on, at=at)) is not None:
        counts.update(done)
    return counts


def run_under_way(*, campaign: Campaign, on: date, at: datetime) -> Counter[str]:
    """Go on with the mailings of a campaign that a dead worker, or the night, left halfway."""
    counts: Counter[str] = Counter()
    for mailing in campaign.mailings.under_way().filter(written_at=None).order_by("pk"):
        counts.update(run_mailing(mailing=mailing, on=on, at=at))
    return counts


def run_mailings_due(*, at: datetime) -> Counter[str]:
    """Every mailing under way whose day has come and whose families are awake; then close those that have left."""
    on = timezone.localdate(at)
    counts: Counter[str] = Counter()
    for campaign in Campaign.objects.with_rules().running(on).filter(mailing_on__lte=on):
        if not is_quiet(campaign.rule_tree.signature, at):
            counts.update(run_under_way(campaign=campaign, on=on, at=at))
    finish_mailings(at=at)
    return counts


@transaction.atomic
def write_batch(*, mailing: Mailing, on: date, at: datetime) -> Counter[str] | None:
    """Write the next letters of a mailing; None when it is stopped or has no more."""
    mailing = locked(mailing)
    if mailing.state != MailingState.RUNNING or mailing.written_at:
        return None
    waiting = recipients(mailing).filter(pk__gt=mailing.written_up_to).order_by("pk")
    rows = list(waiting.select_for_update(of=("self",)).select_related("pupil", "enrolment__school")[:BATCH])
    if not rows:
        mailing.written_at = at
        mailing.save(update_fields=["written_at"])
        return None
    post = Paced(mailing, at)
    counts = WRITERS[mailing.kind](rows, mailing.campaign, on, at, post)
    post.write(at)
    mailing.written_up_to = rows[-1].pk
    mailing.save(update_fields=["written_up_to", "pace_at", "pace_count"])
    return Counter({**counts, "messages": len(post.drafts)})


def finish_mailings(*, at: datetime) -> int:
    """Mailings whose letters have all left are done; returns how many."""
    count = 0
    for found in Mailing.objects.under_way().exclude(written_at=None):
        if not Message.objects.in_lot(found.lot).waiting().exists():
            count += _finish(found, at)
    return count


@transaction.atomic
def _finish(mailing: Mailing, at: datetime) -> int:
    mailing = locked(mailing)
    if mailing.state != MailingState.RUNNING:
        return 0
    mailing.move_to(MailingState.DONE, by=None, at=at, ended_at=at)
    return 1
