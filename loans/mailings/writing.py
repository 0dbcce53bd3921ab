"""What a batch of each kind of mailing writes, inside the transaction of `running.write_batch`."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

from core.notifications import EmailNotification
from loans.enums import ConventionState, MailingKind
from loans.letters import Post, write_to
from loans.mailings.pace import minutes
from loans.mailings.recipients import persons_of
from loans.models import Convention, ConventionLog, Mailing, SigningLink
from loans.notifications import ConventionReminder, ConventionToSign
from loans.signers import awaited_of
from programmes.models import Campaign


_FIRST = ConventionToSign()


class Paced(Post):
    """Letters of one mailing, each in the minute that still has room; the mailing remembers the last one."""

    def __init__(self, mailing: Mailing, at: datetime) -> None:
        super().__init__(lot=mailing.lot)
        self.pace = self._instants(mailing, at)

    def _instants(self, mailing: Mailing, at: datetime):  # type: ignore[no-untyped-def]
        taken = mailing.pace_count if mailing.pace_at and mailing.pace_at >= at else 0
        start = max(mailing.pace_at, at) if mailing.pace_at else at
        for instant, count in minutes(mailing.campaign.rule_tree.signature, start, taken=taken):
            mailing.pace_at, mailing.pace_count = instant, count
            yield instant


Writer = Callable[[list[Convention], Campaign, date, datetime, Post], dict[str, int]]


def write_first(
    rows: list[Convention],
    campaign: Campaign,
    on: date,
    at: datetime,
    post: Post,
    notification: EmailNotification = _FIRST,
) -> dict[str, int]:
    """The first letter to each; a family without an address stays to be written to."""
    people = awaited_of(rows)
    earlier = Counter(SigningLink.objects.filter(convention__in=rows).values_list("convention", flat=True))
    reached = []
    for row in rows:
        name = f"first {earlier[row.pk] + 1}" if earlier[row.pk] else "first"
        if write_to(row, people[row.pk], notification, name, campaign, at, post):
            row.state, row.sent_on = ConventionState.SENT, on
            reached.append(row)
    Convention.objects.bulk_update(reached, ["state", "sent_on"], batch_size=1000)
    ConventionLog.objects.bulk_create(
        [ConventionLog(subject=row, from_state="draft", to_state="sent", at=at) for row in reached]
    )
    return {"sent": len(reached)}


def write_due_reminder(
    rows: list[Convention], campaign: Campaign, on: date, at: datetime, post: Post
) -> dict[str, int]:
    """One reminder even when several days were missed; the count then says how many are behind us."""
    days = campaign.rule_tree.signature.reminders_after_days
    for row in rows:
        sent_on = row.sent_on or on
        passed = sum(sent_on + timedelta(days=day) <= on for day in days)
        row.reminders_count = max(row.reminders_count + 1, passed)
    return _remind(rows, campaign, at, post)


def _remind(rows: list[Convention], campaign: Campaign, at: datetime, post: Post) -> dict[str, int]:
    people = awaited_of(rows)
    for row in rows:
        name = f"reminder {row.reminders_count}"
        write_to(row, people[row.pk], ConventionReminder(), name, campaign, at, post)
    Convention.objects.bulk_update(rows, ["reminders_count"], batch_size=1000)
    return {"reminded": len(rows)}


def write_to_new_addresses(
    rows: list[Convention], campaign: Campaign, on: date, at: datetime, post: Post
) -> dict[str, int]:
    """The first message again, only to the persons whose address is new; links to the old one are closed."""
    people = persons_of(rows, MailingKind.NEW_ADDRESS)
    links = SigningLink.objects.filter(convention__in=rows)
    for row in rows:
        new = [person for person in people[row.pk] if person.can_be_written]
        for person in new:  # an adult pupil's links name no guardian
            links.filter(convention=row, guardian=person.guardian, revoked_at=None).update(revoked_at=at)
        name = f"new address {links.filter(convention=row).count()}"
        write_to(row, new, ConventionToSign(), name, campaign, at, post)
    return {}


def write_chosen(
    rows: list[Convention], campaign: Campaign, on: date, at: datetime, post: Post
) -> dict[str, int]:
    """Each as it stands: never written to, or waiting."""
    drafts = [row for row in rows if row.state == ConventionState.DRAFT]
    waiting = [row for row in rows if row.state == ConventionState.SENT]
    first = write_first(drafts, campaign, on, at, post)
    return first | write_due_reminder(waiting, campaign, on, at, post)


WRITERS: dict[str, Writer] = {
    MailingKind.FIRST: write_first,
    MailingKind.REMINDER: write_due_reminder,
    MailingKind.NEW_ADDRESS: write_to_new_addresses,
    MailingKind.CHOSEN: write_chosen,
}
