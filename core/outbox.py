"""Messages into the outbox, and out of it, each one sent by whoever leases it first."""

import smtplib
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError

from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now

from core.models import Message, MessageState, StoredFile


LEASE = timedelta(minutes=10)  # far longer than one message takes; renewed at each
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
    rows = [_row(draft) for draft in drafts]
    Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    if not any(entry[1] is ring for entry in connection.run_on_commit):
        transaction.on_commit(ring, robust=True)  # once, or each message would wait for a broker that is down
    return Message.objects.filter(public_id__in=[row.public_id for row in rows]).count()


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
    current_app.send_task("core.tasks.deliver_messages", retry=False)  # by name: the task imports this module


def cancel_waiting(*, about: str, kinds: tuple[str, ...] = ()) -> int:
    """Stop what has not left yet, even in the hands of a worker; returns how many messages were stopped."""
    waiting = Message.objects.about(about).waiting()
    if kinds:
        waiting = waiting.filter(kind__in=kinds)
    return waiting.update(state=MessageState.CANCELLED)


def deliver_due(*, at: datetime) -> dict[str, int]:
    """Send all that is due, batch after batch; returns counts by what became of the messages."""
    counts = {"sent": 0, "retried": 0, "bounced": 0, "dead": give_up_on_killers()}
    while leased := lease_batch(at=at):
        for outcome in send_batch(leased, at=at):
            counts[outcome] += 1
    return counts


def give_up_on_killers() -> int:
    """Messages whose every attempt ended with the worker's own end are DEAD; returns how many (trust 46)."""
    killers = Message.objects.filter(
        state=MessageState.LEASED, leased_until__lte=Now(), attempts_count__gte=MAX_ATTEMPTS
    )
    return killers.update(state=MessageState.DEAD, last_error="The worker died at each attempt.")


@transaction.atomic
def lease_batch(*, at: datetime) -> list[Message]:
    """Take messages due at that instant. The lease itself runs by the database's clock (trust 114)."""
    due = (
        Message.objects.waiting()
        .filter(due_at__lte=at, attempts_count__lt=MAX_ATTEMPTS)
        .exclude(state=MessageState.LEASED, leased_until__gt=Now())
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("attempts_count", "due_at", "pk")  # what failed already does not stand in the way
    )
    taken = Message.objects.filter(pk__in=list(due.values_list("pk", flat=True)[:BATCH]))
    taken.update(state=MessageState.LEASED, leased_until=Now() + LEASE)
    return list(taken.select_related("attachment").order_by("attempts_count", "due_at", "pk"))


def send_batch(messages: list[Message], *, at: datetime) -> Iterator[str]:
    """Send leased messages, over one connection as long as it holds; a server that is down costs no attempt."""
    server, waiting = get_connection(), list(messages)
    try:
        while waiting:
            server.open()
            if _claim(message := waiting.pop(0)):
                yield send(message, server, at=at)
    except (OSError, smtplib.SMTPException) as error:
        yield from [_postpone(message, _in_words(error), at=at) for message in waiting]
    finally:
        _hang_up(server)


def _claim(message: Message) -> bool:
    """Count the attempt before the work; False when the message was cancelled, or our lease taken over."""
    ours = Message.objects.filter(pk=message.pk, state=MessageState.LEASED, leased_until=message.leased_until)
    message.attempts_count += 1
    return bool(ours.update(attempts_count=message.attempts_count, leased_until=Now() + LEASE))


def send(message: Message, server: BaseEmailBackend, *, at: datetime) -> str:
    """Send one claimed message and commit at once what became of it; whatever goes wrong is this message's own."""
    try:
        if not _email(message, server).send():
            return _settle(message, MessageState.BOUNCED, error="No address.")
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:
        if _is_final(error):
            return _settle(message, MessageState.BOUNCED, error=_in_words(error))
        _hang_up(server)  # the next message deserves a sound connection
        return _retry(message, _in_words(error), at=at)
    answer = getattr(getattr(server, "connection", None), "last_answer", "")
    return _settle(message, MessageState.SENT, sent_at=at, answer=answer)


def _is_final(error: Exception) -> bool:
    """Whether trying again is useless: refused for good (5xx), or an address nobody can write to."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, ValueError | MessageError)


def _in_words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {text!r}" for code, text in error.recipients.values())
    return f"{type(error).__name__}: {error}"


def _hang_up(server: BaseEmailBackend) -> None:
    with suppress(OSError, smtplib.SMTPException):
        server.close()


def _email(message: Message, server: BaseEmailBackend) -> EmailMessage:
    email = EmailMessage(
        subject=message.subject,
        body=message.clear_body,
        to=[message.to_address],
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
        connection=server,
    )
    if message.attachment:
        email.attach(
            message.attachment.name, message.attachment.read_bytes(), message.attachment.content_type
        )
    return email


def _settle(
    message: Message, state: str, *, error: str = "", sent_at: datetime | None = None, answer: str = ""
) -> str:
    Message.objects.filter(pk=message.pk).update(
        state=state, last_error=error, sent_at=sent_at, leased_until=None, answer=answer
    )
    return str(state)


def _retry(message: Message, error: str, *, at: datetime) -> str:
    if message.attempts_count >= MAX_ATTEMPTS:
        return _settle(message, MessageState.DEAD, error=error)
    return _put_back(message, error, due_at=at + BACKOFF[message.attempts_count - 1])


def _postpone(message: Message, error: str, *, at: datetime) -> str:
    return _put_back(message, error, due_at=at + SERVER_PAUSE)


def _put_back(message: Message, error: str, *, due_at: datetime) -> str:
    """What was cancelled meanwhile stays so."""
    Message.objects.filter(pk=message.pk, state=MessageState.LEASED).update(
        state=MessageState.QUEUED, due_at=due_at, leased_until=None, last_error=error
    )
    return "retried"
