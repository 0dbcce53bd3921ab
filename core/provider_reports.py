"""What mail providers tell after a message left: it came back, or its reader calls it unwanted (N3).

Anymail reads each provider's own words (`core.views.webhooks`); here they become facts about a message and an address.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.addresses import FINER_CODE, block_address, is_the_address
from core.models import Message, MessageState, ProviderReport, Trouble


UNWANTED = ("complained", "unsubscribed")
RETURNED = ("bounced", "rejected")
GIVEN_UP = ("failed",)
TOLD = (*UNWANTED, *RETURNED, *GIVEN_UP)  # openings and clicks are nobody's business: not even kept


@dataclass(frozen=True, slots=True)
class Told:
    """One event in Anymail's normal words: `kind` and `reason` are its EventType and RejectReason.

    `our_id` is the number that our message left with, where the provider gives it back.
    """

    provider: str
    kind: str
    message_id: str
    recipient: str
    reason: str = ""
    detail: str = ""
    event_id: str = ""
    our_id: str = ""
    at: datetime | None = None

    @property
    def fingerprint(self) -> str:
        """What makes a second telling of it harmless."""
        parts = [self.kind, self.message_id, self.recipient, str(self.at)]
        return self.event_id[:120] or hashlib.sha256("\0".join(parts).encode()).hexdigest()


@transaction.atomic
def note_report(told: Told, *, at: datetime) -> ProviderReport | None:
    """Note once what a provider tells; None for what needs nothing (delivered, opened, put off).

    A message that came back is returned, one that the provider could not send is given up; the address takes no more
    message when the fault is its own. A Message-ID that is none of ours is kept and changes nothing.
    """
    if told.kind not in TOLD:
        return None
    message = message_of(told)
    report, is_new = ProviderReport.objects.get_or_create(
        provider=told.provider,
        fingerprint=told.fingerprint,
        defaults={
            "kind": told.kind,
            "mail_id": told.message_id[:300],
            "recipient": told.recipient[:254],
            "detail": told.detail[:300],
            "happened_at": told.at,
            "received_at": at,
            "message": message,
        },
    )
    if is_new and message:
        _settle(message, told, at)
        if trouble := trouble_of(told):
            block_address(address=message.to_address, trouble=trouble, detail=told.detail, at=at)
    return report


def message_of(told: Told) -> Message | None:
    """Our message: by the number we gave with it, by its Message-ID, or by the provider's own name of it."""
    number = told.message_id.strip().strip("<>")
    if told.our_id:
        with suppress(ValueError):
            return Message.objects.filter(public_id=UUID(told.our_id)).first()
    if not number:
        return None
    own = Message.objects.filter(message_id=f"<{number}>").first()
    return own or Message.objects.filter(provider_id__in=[number, f"<{number}>"]).first()


def trouble_of(told: Told) -> str | None:
    """What the event says of the address; None when the sender, the text or the hour is to blame."""
    if told.kind in UNWANTED or told.reason in ("spam", "unsubscribed"):
        return Trouble.COMPLAINED
    if told.kind not in RETURNED:
        return None
    if FINER_CODE.search(told.detail):
        return Trouble.BOUNCED if is_the_address(0, told.detail) else None
    return Trouble.BOUNCED if told.reason in ("bounced", "invalid") else None


def _settle(message: Message, told: Told, at: datetime) -> None:
    """An unwanted message did arrive: it stays sent."""
    if told.kind in UNWANTED:
        return
    state = MessageState.DEAD if told.kind in GIVEN_UP else MessageState.BOUNCED
    waiting_or_sent = [MessageState.SENT, MessageState.QUEUED, MessageState.LEASED]
    Message.objects.filter(pk=message.pk, state__in=waiting_or_sent).update(
        state=state, last_error=told.detail or told.reason, leased_until=None, given_up_at=at
    )


def forget_reports(*, before: datetime) -> int:
    """Delete what was told earlier; what it said of an address stays with the address. Returns how many."""
    return ProviderReport.objects.filter(received_at__lt=before).delete()[0]
