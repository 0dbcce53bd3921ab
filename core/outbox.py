"""Messages into the outbox, and out of it, each one sent by whoever leases it first."""

import smtplib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from core.models import Message, MessageState, StoredFile


LEASE = timedelta(minutes=10)  # longer than a batch takes, so that a live worker is never robbed
BATCH = 50
MAX_ATTEMPTS = 5
SERVER_PAUSE = timedelta(minutes=5)  # before knocking again at a mail server that is down
BACKOFF = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360)]


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be: `key` is its business key, `about` what it tells of (`convention:<uuid>`)."""

    kind: str
    key: str
    about: str
    to: str
    subject: str
    body: str
    due_at: datetime
    attachment: StoredFile | None = None


def enqueue(*drafts: Draft) -> int:
    """Write messages in the caller's transaction and ring the worker on commit; returns how many are new.

    A message whose business key exists already is left as it is. Raises outside a transaction: a message that
    could outlive a rolled-back act must not exist.
    """
    if not connection.in_atomic_block:
        raise DatabaseError("A message is written in the transaction that causes it.")
    before = Message.objects.count() if len(drafts) > 1 else None
    Message.objects.bulk_create([_row(draft) for draft in drafts], ignore_conflicts=True, batch_size=1000)
    transaction.on_commit(ring, robust=True)
    return len(drafts) if before is None else Message.objects.count() - before


def _row(draft: Draft) -> Message:
    return Message(
        kind=draft.kind,
        business_key=draft.key,
        about=draft.about,
        to_address=draft.to,
        subject=" ".join(draft.subject.split())[:200],
        body=draft.body,
        attachment=draft.attachment,
        due_at=draft.due_at,
        message_id=f"<{uuid.uuid5(uuid.NAMESPACE_URL, draft.key)}@{settings.MESSAGE_ID_DOMAIN}>",
    )


def ring() -> None:
    """Wake a worker; if the broker is down the sweep of the next minute finds the same rows."""
    from core.tasks import deliver_messages  # the task module imports this one

    deliver_messages.delay()


def cancel_waiting(*, about: str, kinds: tuple[str, ...] = ()) -> int:
    """Stop what has not left yet; returns how many messages were stopped."""
    waiting = Message.objects.about(about).filter(state=MessageState.QUEUED)
    if kinds:
        waiting = waiting.filter(kind__in=kinds)
    return waiting.update(state=MessageState.CANCELLED)


def deliver_due(*, at: datetime) -> dict[str, int]:
    """Send all that is due, batch after batch; returns counts by what became of the messages."""
    counts = {"sent": 0, "retried": 0, "bounced": 0, "dead": 0}
    while leased := lease_batch(at=at):
        for outcome in send_batch(leased, at=at):
            counts[outcome] += 1
    return counts


def send_batch(messages: list[Message], *, at: datetime) -> Iterator[str]:
    """Send leased messages over one connection; a server that is down costs none of their attempts."""
    server = get_connection()
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        yield from [_postpone(message, f"{type(error).__name__}: {error}", at=at) for message in messages]
        return
    try:
        for message in messages:
            yield send(message, server, at=at)
    finally:
        server.close()


@transaction.atomic
def lease_batch(*, at: datetime) -> list[Message]:
    """Take due messages for ourselves; attempts are counted before the work, so a poison row ends (trust 46)."""
    due = (
        Message.objects.filter(state__in=[MessageState.QUEUED, MessageState.LEASED], due_at__lte=at)
        .exclude(state=MessageState.LEASED, leased_until__gt=at)
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("due_at", "pk")
    )
    pks = list(due.values_list("pk", flat=True)[:BATCH])
    Message.objects.filter(pk__in=pks, attempts_count__gte=MAX_ATTEMPTS).update(state=MessageState.DEAD)
    live = Message.objects.filter(pk__in=pks).exclude(state=MessageState.DEAD)
    live.update(state=MessageState.LEASED, leased_until=at + LEASE, attempts_count=F("attempts_count") + 1)
    return list(Message.objects.filter(pk__in=pks, state=MessageState.LEASED).select_related("attachment"))


def send(message: Message, server: BaseEmailBackend, *, at: datetime) -> str:
    """Send one leased message and commit at once what became of it."""
    try:
        _email(message, server).send()
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        if code >= 500:
            return _settle(message, MessageState.BOUNCED, error=f"{code} {text!r}")
        return _retry(message, f"{code} {text!r}", at=at)
    except (OSError, smtplib.SMTPException) as error:
        return _retry(message, f"{type(error).__name__}: {error}", at=at)
    return _settle(message, MessageState.SENT, sent_at=at)


def _email(message: Message, server: BaseEmailBackend) -> EmailMessage:
    email = EmailMessage(
        subject=message.subject,
        body=message.body,
        to=[message.to_address],
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
        connection=server,
    )
    if message.attachment:
        email.attach(
            message.attachment.name, message.attachment.read_bytes(), message.attachment.content_type
        )
    return email


def _settle(message: Message, state: str, *, error: str = "", sent_at: datetime | None = None) -> str:
    Message.objects.filter(pk=message.pk).update(
        state=state, last_error=error, sent_at=sent_at, leased_until=None
    )
    return str(state)


def _postpone(message: Message, error: str, *, at: datetime) -> str:
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.QUEUED,
        due_at=at + SERVER_PAUSE,
        leased_until=None,
        attempts_count=F("attempts_count") - 1,
        last_error=error,
    )
    return "retried"


def _retry(message: Message, error: str, *, at: datetime) -> str:
    if message.attempts_count >= MAX_ATTEMPTS:
        return _settle(message, MessageState.DEAD, error=error)
    due_at = at + BACKOFF[message.attempts_count - 1]
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.QUEUED, due_at=due_at, leased_until=None, last_error=error
    )
    return "retried"
