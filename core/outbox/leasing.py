"""Who holds which message: leases by the database's clock, attempts counted before the work (trust 44-46, 114)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from core.models import Message, MessageState
from core.outbox import gates


LEASE = timedelta(minutes=10)  # far longer than one message takes; renewed at each
BATCH = 100
MAX_ATTEMPTS = 5
KNOWN = {"email": 1}  # channel → the newest version of its messages that this code can send


def give_up_on_killers(*, at: datetime) -> int:
    """Messages whose every attempt ended with the worker's own end are DEAD; returns how many (trust 46)."""
    killers = Message.objects.filter(
        state=MessageState.LEASED, leased_until__lte=Now(), attempts_count__gte=MAX_ATTEMPTS
    )
    return killers.update(
        state=MessageState.DEAD, given_up_at=at, last_error="The worker died at each attempt."
    )


def due(*, at: datetime, is_urgent: bool = False) -> QuerySet[Message]:
    """What waits for a worker at that instant, whoever held it before; only what is urgent if so asked."""
    found = (
        Message.objects.waiting()
        .filter(due_at__lte=at, attempts_count__lt=MAX_ATTEMPTS)
        .exclude(state=MessageState.LEASED, leased_until__gt=Now())
    )
    return found.filter(is_urgent=True) if is_urgent else found


@transaction.atomic
def lease_batch(*, at: datetime, is_urgent: bool = False) -> list[Message]:
    """Take messages due at that instant, as many as the gate lets out; only what is urgent if so asked.

    The lease runs by the database's clock.
    """
    held, rate, size = gates.gate(gates.EMAIL), gates.rate_of_email(), BATCH
    if rate:
        held = gates.locked_gate(gates.EMAIL)
        size = gates.room(held, rate, at=at, wanted=BATCH)
    if size == 0 or held.is_closed(at):
        return []
    leased = _lease(size, at, is_urgent)
    if rate and leased:
        gates.spend(held, rate, at=at, count=len(leased))
    return leased


def _lease(size: int, at: datetime, is_urgent: bool) -> list[Message]:
    found = due(at=at, is_urgent=is_urgent).select_for_update(skip_locked=True, of=("self",))
    # What somebody waits for first; what failed already does not stand in the way.
    ordered = found.order_by(F("is_urgent").desc(), "attempts_count", "due_at", "pk")
    taken = Message.objects.filter(pk__in=list(ordered.values_list("pk", flat=True)[:size]))
    taken.update(state=MessageState.LEASED, leased_until=Now() + LEASE)
    rows = taken.select_related("attachment")
    return list(rows.order_by(F("is_urgent").desc(), "attempts_count", "due_at", "pk"))


def is_known(message: Message) -> bool:
    """Whether this code can send it; a newer one may have written it while both run (trust 55)."""
    return message.version <= KNOWN.get(message.channel, 0)


def take_up_parked(*, at: datetime) -> int:
    """What an older worker could not read, and this one can, is due again; returns how many."""
    taken = 0
    for channel, version in KNOWN.items():
        known = Message.objects.filter(state=MessageState.PARKED, channel=channel, version__lte=version)
        taken += known.update(state=MessageState.QUEUED, due_at=at, given_up_at=None, last_error="")
    return taken


@dataclass(slots=True)
class Ledger:
    """What one sender owes the database: the message that the server just accepted.

    It is written in the statement that claims the next one, so a sender killed at any instant leaves at most one
    accepted message unwritten, for one round trip and one commit a message (decision 2).
    """

    accepted: Message | None = None

    def claim(self, message: Message) -> bool:
        """Count the attempt before the work; False when the message was cancelled, or our lease taken over."""
        with connection.cursor() as cursor:
            if self.accepted:
                cursor.execute(SETTLE_AND_CLAIM, [*_settlement(self.accepted), *_claim(message)])
            else:
                cursor.execute(CLAIM, _claim(message))
            claimed = bool(cursor.rowcount)
        self.accepted = None
        message.attempts_count += 1
        return claimed

    def settle(self) -> None:
        """Write what is owed."""
        if self.accepted:
            with connection.cursor() as cursor:
                cursor.execute(SETTLE, _settlement(self.accepted))
        self.accepted = None


SETTLE = """UPDATE core_message SET state = 'sent', sent_at = %s, answer = %s, provider_id = %s, last_error = '',
leased_until = NULL WHERE id = %s"""
CLAIM = """UPDATE core_message SET attempts_count = attempts_count + 1, leased_until = statement_timestamp() + %s
WHERE id = %s AND state = 'leased' AND leased_until = %s"""
SETTLE_AND_CLAIM = f"WITH settled AS ({SETTLE}) {CLAIM}"


def _settlement(message: Message) -> list[Any]:
    return [message.sent_at, message.answer, message.provider_id, message.pk]


def _claim(message: Message) -> list[Any]:
    return [LEASE, message.pk, message.leased_until]
