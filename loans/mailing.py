"""Conventions and reminders go out: what is due, to whom, once (N3, DESIGN invariants 8 and 11).

A batch is one transaction: state, links and messages together, so a killed worker leaves whole batches only.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.evidence import NewEvent, actor_of, record_events
from core.notifications import EmailNotification
from core.outbox import Draft, enqueue
from core.tokens import hidden, new_token, token_digest
from loans.addresses import Signatory, signatories_of
from loans.conventions import issue_conventions
from loans.enums import ConventionState, SignerKind
from loans.models import Convention, ConventionLog, PaperCopy, SigningLink
from loans.notifications import ConventionReminder, ConventionToSign
from loans.reading import invitations
from loans.wording import of_the, opening_hours, with_article
from programmes.models import Campaign
from programmes.rule_tree.signing import Signature as SignatureRules
from schools.models import Guardianship


BATCH = 500


@dataclass
class Post:
    """What one batch writes: links, messages, evidence."""

    links: list[SigningLink] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)

    def write(self, at: datetime) -> None:
        SigningLink.objects.bulk_create(self.links, batch_size=1000)
        enqueue(*self.drafts)
        record_events(self.events, at=at)


def send_due_conventions(*, campaign: Campaign, on: date, at: datetime) -> dict[str, int]:
    """Issue what is missing, then write to every family due a first message or a reminder by that day.

    A guardian whose address appeared or changed since is written to at the new one. Before the campaign's mailing
    day, or outside the campaign, nobody is. Returns counts: `sent` and `reminded` (conventions), `unreachable`
    (conventions without any address), `messages`.
    """
    counts = {"sent": 0, "reminded": 0, "unreachable": 0, "messages": 0}
    if not (campaign.is_open(on) and on >= campaign.mailing_on):
        return counts
    issue_conventions(campaign=campaign, on=on, by=None, at=at)
    for batch in _batches(Convention.objects.filter(campaign=campaign, state=ConventionState.DRAFT)):
        _add(counts, _send_first(batch, campaign, on, at))
    for batch in _batches(_due_reminders(campaign, on)):
        _add(counts, _send_reminders(batch, campaign, on, at))
    for batch in _batches(_with_new_address(campaign)):
        _add(counts, _send_to_new_addresses(batch, campaign, at))
    return counts


def send_due(*, on: date, at: datetime, only_awake: bool = False) -> dict[str, int]:
    """What is due that day in every running campaign; the sum of their counts.

    With `only_awake`, campaigns whose rules leave families in peace at that instant wait for the next ring.
    """
    total: Counter[str] = Counter()
    for campaign in Campaign.objects.with_rules().running(on):
        if not (only_awake and is_quiet(campaign.rule_tree.signature, at)):
            total.update(send_due_conventions(campaign=campaign, on=on, at=at))
    return dict(total)


def is_quiet(rules: SignatureRules, at: datetime) -> bool:
    """Whether families are left in peace at that instant (the evening, the night)."""
    moment = timezone.localtime(at).time()
    return moment >= rules.quiet_from or moment < rules.quiet_until


def _add(counts: dict[str, int], more: dict[str, int]) -> None:
    for name, count in more.items():
        counts[name] += count


def _batches(due: QuerySet[Convention]) -> Iterator[list[int]]:
    """Ids of what is due, a batch at a time, read afresh so that nothing is held between two batches."""
    last = 0
    while pks := list(due.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield pks
        last = pks[-1]


def _due_reminders(campaign: Campaign, on: date) -> QuerySet[Convention]:
    due = Q(pk__in=[])
    for count, days in enumerate(campaign.rule_tree.signature.reminders_after_days):
        due |= Q(reminders_count=count, sent_on__lte=on - timedelta(days=days))
    paper = PaperCopy.objects.pending().filter(convention=OuterRef("pk"))
    return Convention.objects.awaiting().filter(due, campaign=campaign).exclude(Exists(paper))


def _with_new_address(campaign: Campaign) -> QuerySet[Convention]:
    """Waiting conventions of which a guardian's address appeared or changed since the message left."""
    written = SigningLink.objects.filter(
        convention=OuterRef(OuterRef("pk")),
        guardian=OuterRef("guardian"),
        sent_to=OuterRef("guardian__email"),
    )
    unwritten = (
        Guardianship.objects.legal()
        .filter(pupil=OuterRef("pupil"), guardian__address_correction=None)
        .exclude(guardian__email="")
        .exclude(Exists(written))
    )
    waiting = Convention.objects.awaiting().filter(campaign=campaign, signer_kind=SignerKind.GUARDIAN)
    return waiting.filter(Exists(unwritten))


def _take(pks: list[int], state: str) -> list[Convention]:
    """Lock those still in that state; another worker's batch is left to it."""
    return list(
        Convention.objects.filter(pk__in=pks, state=state)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("pupil", "enrolment__school")
        .order_by("pk")
    )


@transaction.atomic
def _send_first(pks: list[int], campaign: Campaign, on: date, at: datetime) -> dict[str, int]:
    rows, post = _take(pks, ConventionState.DRAFT), Post()
    people = signatories_of(rows)
    reached = []
    for row in rows:
        if write_to(row, people[row.pk], ConventionToSign(), "first", campaign, at, post):
            row.state, row.sent_on = ConventionState.SENT, on
            reached.append(row)
    Convention.objects.bulk_update(reached, ["state", "sent_on"], batch_size=1000)
    ConventionLog.objects.bulk_create(
        [ConventionLog(subject=row, from_state="draft", to_state="sent", at=at) for row in reached]
    )
    post.write(at)
    return {"sent": len(reached), "unreachable": len(rows) - len(reached), "messages": len(post.drafts)}


@transaction.atomic
def _send_reminders(pks: list[int], campaign: Campaign, on: date, at: datetime) -> dict[str, int]:
    """One reminder even when several days were missed; the count then says how many are behind us."""
    rows, post = _take(pks, ConventionState.SENT), Post()
    people = signatories_of(rows)
    days = campaign.rule_tree.signature.reminders_after_days
    for row in rows:
        sent_on = row.sent_on or on
        row.reminders_count = sum(sent_on + timedelta(days=day) <= on for day in days)
        name = f"reminder {row.reminders_count}"
        write_to(row, people[row.pk], ConventionReminder(), name, campaign, at, post)
    Convention.objects.bulk_update(rows, ["reminders_count"], batch_size=1000)
    post.write(at)
    return {"reminded": len(rows), "messages": len(post.drafts)}


@transaction.atomic
def _send_to_new_addresses(pks: list[int], campaign: Campaign, at: datetime) -> dict[str, int]:
    """The first message again, only to the persons whose address is new; links to the old one are closed."""
    rows, post = _take(pks, ConventionState.SENT), Post()
    people = signatories_of(rows)
    links = SigningLink.objects.filter(convention__in=rows)
    written = set(links.values_list("convention", "guardian", "sent_to"))
    for row in rows:
        new = [
            person
            for person in people[row.pk]
            if person.guardian and (row.pk, person.guardian.pk, person.email) not in written
        ]
        links.filter(convention=row, guardian__in=[person.guardian for person in new]).update(revoked_at=at)
        name = f"new address {links.filter(convention=row).count()}"
        write_to(row, new, ConventionToSign(), name, campaign, at, post)
    post.write(at)
    return {"messages": len(post.drafts)}


def write_to(
    convention: Convention,
    people: list[Signatory],
    notification: EmailNotification,
    name: str,
    campaign: Campaign,
    at: datetime,
    post: Post,
    by: User | None = None,
) -> bool:
    """Prepare a link and a message for each signatory with an address; False when nobody has one."""
    reachable = [person for person in people if person.email]
    for person in reachable:
        token, link = new_link(convention, person, campaign, at)
        post.links.append(link)
        post.drafts.append(draft_to(convention, person, notification, name, campaign, at, token, link))
    if reachable:
        payload = {"message": name, "to": [person.key for person in reachable]}
        post.events.append(NewEvent(convention.stream, notification.kind, actor_of(by), payload))
    return bool(reachable)


def new_link(
    convention: Convention, person: Signatory, campaign: Campaign, at: datetime
) -> tuple[str, SigningLink]:
    """A secret, which only the message will hold, and the unsaved link that knows its digest."""
    token = new_token()
    validity = timedelta(days=campaign.rule_tree.signature.link_validity_days)
    return token, SigningLink(
        convention=convention,
        guardian=person.guardian,
        token_hash=token_digest(token),
        sent_to=person.email,
        issued_at=at,
        expires_at=at + validity,
    )


def draft_to(
    convention: Convention,
    person: Signatory,
    notification: EmailNotification,
    name: str,
    campaign: Campaign,
    at: datetime,
    token: str,
    link: SigningLink,
    **context: Any,
) -> Draft:
    """One message to one signatory; the pupil is named by first name only (trust 104)."""
    return notification.draft(
        key=f"{convention.public_id} {name} {person.key}",
        about=convention.stream,
        to=person.email,
        due_at=at,
        path=reverse("loans:open_link", args=[hidden(token)]),
        expires_at=link.expires_at,
        person=person,
        convention=convention,
        pupil=convention.pupil,
        school=convention.enrolment.school,
        authority=with_article(campaign.programme.region_name),
        of_authority=of_the(campaign.programme.region_name),
        programme=campaign.programme,
        helpline=campaign.rule_tree.support.families,
        hours=opening_hours(campaign.rule_tree.support.families),
        invitations=invitations(campaign.rule_tree.signature),
        **context,
    )
