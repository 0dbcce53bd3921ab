"""A letter to somebody who may sign: its own link, its message, its line of evidence, written together."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from accounts.models import User
from core.evidence import NewEvent, actor_of, record_events
from core.notifications import EmailNotification
from core.outbox import Draft, enqueue
from core.tokens import hidden, new_token, token_digest
from loans.addresses import Signatory
from loans.links import keep_wrong_dates
from loans.models import Convention, SigningLink
from loans.reading import invitations
from loans.wording import of_the, opening_hours, with_article
from programmes.enums import MinorSigner
from programmes.models import Campaign


@dataclass
class Post:
    """What one batch writes: links, messages, evidence. Messages of a `lot` leave at the instants of `pace`."""

    links: list[SigningLink] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)
    lot: str = ""
    pace: Iterator[datetime] | None = None

    def add(self, link: SigningLink, draft: Draft) -> None:
        due_at = next(self.pace) if self.pace else draft.due_at
        self.links.append(link)
        self.drafts.append(replace(draft, lot=self.lot, due_at=due_at))

    def write(self, at: datetime) -> None:
        keep_wrong_dates(self.links)
        SigningLink.objects.bulk_create(self.links, batch_size=1000)
        enqueue(*self.drafts)
        record_events(self.events, at=at)


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
    """Prepare a link and a message for each signatory whose address takes messages; False when none does."""
    reachable = [person for person in people if person.can_be_written]
    for person in reachable:
        token, link = new_link(convention, person, campaign, at)
        post.add(link, draft_to(convention, person, notification, name, campaign, at, token, link))
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
        all_sign=campaign.rule_tree.signer.minor == MinorSigner.BOTH,
        **context,
    )
