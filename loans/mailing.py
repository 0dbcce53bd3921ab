"""What the calendar sends by itself: first letters, reminders, new addresses, once each (N3, invariants 8 and 11).

Each sending is a mailing (`loans.mailings`), so that it can be seen and stopped. One that the rules give to a second
person is prepared and waits (trust 58).
"""

from collections import Counter
from datetime import date, datetime

from loans.conventions import issue_conventions
from loans.enums import MailingKind, MailingState
from loans.mailings.pace import is_quiet
from loans.mailings.preparing import prepare_due
from loans.mailings.running import finish_mailings, run_mailing, run_under_way
from programmes.models import Campaign


__all__ = ["is_quiet", "send_due", "send_due_conventions"]

BY_CALENDAR = (MailingKind.FIRST, MailingKind.REMINDER, MailingKind.NEW_ADDRESS)


def send_due_conventions(*, campaign: Campaign, on: date, at: datetime) -> dict[str, int]:
    """Issue what is missing, then write to every family due a first message or a reminder by that day.

    A guardian whose address appeared or changed since is written to at the new one. Before the campaign's mailing
    day, or outside the campaign, nobody is. Returns counts: `sent` and `reminded` (conventions), `unreachable`
    (conventions whose signatories have no address that takes messages), `messages`; and `held` (families) when a
    mailing waits for a person.
    """
    counts: Counter[str] = Counter(sent=0, reminded=0, unreachable=0, messages=0)
    if not (campaign.is_open(on) and on >= campaign.mailing_on):
        return dict(counts)
    issued = issue_conventions(campaign=campaign, on=on, by=None, at=at)
    counts.update(sent=issued["sent"], messages=issued["messages"])
    counts.update(run_under_way(campaign=campaign, on=on, at=at))
    for kind in BY_CALENDAR:
        mailing, reach = prepare_due(campaign=campaign, kind=kind, on=on, at=at)
        if kind == MailingKind.FIRST:
            counts["unreachable"] += reach.unreachable_count
        if mailing and mailing.state == MailingState.RUNNING:
            counts.update(run_mailing(mailing=mailing, on=on, at=at))
        elif mailing:
            counts["held"] += mailing.families_count
    return dict(counts)


def send_due(*, on: date, at: datetime, only_awake: bool = False) -> dict[str, int]:
    """What is due that day in every running campaign; the sum of their counts.

    With `only_awake`, campaigns whose rules leave families in peace at that instant wait for the next ring.
    """
    total: Counter[str] = Counter()
    for campaign in Campaign.objects.with_rules().running(on):
        if not (only_awake and is_quiet(campaign.rule_tree.signature, at)):
            total.update(send_due_conventions(campaign=campaign, on=on, at=at))
    finish_mailings(at=at)
    return dict(total)
