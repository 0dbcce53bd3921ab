"""Messages out of the outbox: each claimed, sent, and what became of it written at once."""

import smtplib
from collections.abc import Iterator
from datetime import datetime, timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from core.addresses import leave_in_peace, note_refusal
from core.models import Message, MessageState
from core.outbox import gates
from core.outbox.answers import BACKOFF, SERVER_PAUSE, Answer, Meaning, in_words, jittered, meaning_of
from core.outbox.carrying import carry, hang_up
from core.outbox.leasing import (
    MAX_ATTEMPTS,
    Ledger,
    due,
    give_up_on_killers,
    is_known,
    lease_batch,
    take_up_parked,
)
from core.outbox.writing import TASK


class ServerClosed(Exception):
    """The server serves nobody now: the messages behind wait without being tried. `outcome`: of the one that met it."""

    def __init__(self, words: str, pause: timedelta | None = None, outcome: str = "") -> None:
        super().__init__(words)
        self.words, self.pause, self.outcome = words, pause, outcome


def deliver_due(*, at: datetime) -> dict[str, int]:
    """Send all that is due and that the gate lets out, batch after batch; returns counts by what became of them."""
    leave_in_peace()
    take_up_parked(at=at)
    counts = {"sent": 0, "retried": 0, "bounced": 0, "dead": give_up_on_killers(at=at), "parked": 0}
    while leased := lease_batch(at=at):
        for outcome in send_batch(leased, at=at):
            counts[outcome] += 1
    return counts


def deliver_urgent(*, at: datetime) -> int:
    """Send some of what somebody waits for; returns how many were tried, 0 when none is left.

    A batch at a time: the worker that plays this has other work that cannot wait.
    """
    leave_in_peace(is_urgent=True)
    return sum(1 for _outcome in send_batch(lease_batch(at=at, is_urgent=True), at=at))


def ring_while_due(*, at: datetime) -> bool:
    """Ring again when messages wait only for their turn (a rate is set); whether it rang."""
    if gates.rate_of_email() is None or gates.gate(gates.EMAIL).is_closed(at):
        return False
    return due(at=at).exists() and gates.ring_again(gates.EMAIL, TASK, at=at)


def send_batch(messages: list[Message], *, at: datetime) -> Iterator[str]:
    """Send leased messages, over one connection as long as it holds; a server that is down costs no attempt."""
    server, waiting, ledger = get_connection(), list(messages), Ledger()
    try:
        while waiting:
            server.open()
            message = waiting.pop(0)
            if not is_known(message):
                yield _park(message, at=at)
            elif ledger.claim(message):
                yield send(message, server, ledger, at=at)
    except ServerClosed as closed:
        yield from _wait_for_server(waiting, closed, at=at)
    except (OSError, smtplib.SMTPException) as error:
        yield from _wait_for_server(waiting, ServerClosed(in_words(error)), at=at)
    finally:
        ledger.settle()
        hang_up(server)


def send(message: Message, server: BaseEmailBackend, ledger: Ledger, *, at: datetime) -> str:
    """Send one claimed message; whatever goes wrong is this message's own, unless the server serves nobody."""
    try:
        is_accepted = carry(message, server, at=at)
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:
        return _after(error, message, server, at=at)
    if not is_accepted:
        return _end(message, MessageState.BOUNCED, "No address.", at=at)
    message.sent_at = at
    ledger.accepted = message
    return "sent"


def _after(error: Exception, message: Message, server: BaseEmailBackend, *, at: datetime) -> str:
    answer = meaning_of(error, at=at)
    if answer.meaning == Meaning.BOUNCED:
        note_refusal(message.to_address, error, at=at)
        return _end(message, MessageState.BOUNCED, answer.words, at=at)
    if answer.meaning == Meaning.REFUSED:
        return _end(message, MessageState.DEAD, answer.words, at=at)
    hang_up(server)  # the next message deserves a sound connection
    outcome = _retry(message, answer, at=at)
    if answer.meaning == Meaning.CLOSED:
        raise ServerClosed(answer.words, answer.pause, outcome)
    return outcome


def _wait_for_server(messages: list[Message], closed: ServerClosed, *, at: datetime) -> Iterator[str]:
    """Nobody knocks for a while: not these messages, not those behind them (trust 51)."""
    gates.close(gates.EMAIL, until=at + (closed.pause or jittered(SERVER_PAUSE, at)), reason=closed.words)
    if closed.outcome:
        yield closed.outcome
    for message in messages:
        yield _put_back(message, closed.words)  # as due as before: the gate makes it wait, its age shows


def _retry(message: Message, answer: Answer, *, at: datetime) -> str:
    if answer.is_blameless:
        message.attempts_count -= 1
        Message.objects.filter(pk=message.pk).update(attempts_count=message.attempts_count)
        return _put_back(message, answer.words)
    if message.attempts_count >= MAX_ATTEMPTS:
        return _end(message, MessageState.DEAD, answer.words, at=at)
    pause = jittered(BACKOFF[message.attempts_count - 1], f"{message.public_id} {message.attempts_count}")
    return _put_back(message, answer.words, due_at=at + pause)


def _end(message: Message, state: str, error: str, *, at: datetime) -> str:
    """No further attempt by itself."""
    Message.objects.filter(pk=message.pk).update(
        state=state, last_error=error, given_up_at=at, leased_until=None
    )
    return str(state)


def _put_back(message: Message, error: str, *, due_at: datetime | None = None) -> str:
    """What was cancelled meanwhile stays so."""
    Message.objects.filter(pk=message.pk, state=MessageState.LEASED).update(
        state=MessageState.QUEUED, due_at=due_at or message.due_at, leased_until=None, last_error=error
    )
    return "retried"


def _park(message: Message, *, at: datetime) -> str:
    words = f"No worker here knows {message.channel}, version {message.version}."
    return _end(message, MessageState.PARKED, words, at=at)
