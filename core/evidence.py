"""Writing to the chain of evidence, and verifying it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from core.models import EventTrace, EvidenceEvent


GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Trace:
    """What the browser said of itself, kept beside the event; and the language read, kept in the event itself."""

    ip_address: str | None = None
    user_agent: str = ""
    language: str = ""


def actor_of(user: Any) -> str:
    """How the chain names who acts: `user:<uuid>`, or `system` when nobody pressed a button."""
    return f"user:{user.public_id}" if user else "system"


def digest(previous: str, stream: str, rank: int, action: str, actor: str, payload: Any, at: datetime) -> str:
    """SHA-256 over the previous hash and the event in one canonical JSON form."""
    event = [stream, rank, action, actor, payload, at.astimezone(UTC).isoformat()]
    text = json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}{text}".encode()).hexdigest()


# Two statements in one trip: the second begins once the lock is held, and sees what the others wrote.
HEAD = """SELECT pg_advisory_xact_lock(hashtext(%s));
SELECT rank, hash FROM core_evidenceevent WHERE stream = %s ORDER BY rank DESC LIMIT 1"""


@transaction.atomic(savepoint=False)  # within an act: it stands or falls with it, two statements fewer
def record_event(
    *, stream: str, action: str, actor: str, at: datetime, trace: Trace | None = None, **payload: Any
) -> EvidenceEvent:
    """Append one event; writers of the same stream wait for one another, so the chain never forks."""
    if trace and trace.language:
        payload["language"] = trace.language
    with connection.cursor() as cursor:
        cursor.execute(HEAD, [f"evidence {stream}", stream])
        last = cursor.fetchone()
    rank, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
    event = EvidenceEvent.objects.create(
        stream=stream,
        rank=rank,
        action=action,
        actor=actor,
        payload=payload,
        at=at,
        previous_hash=previous,
        hash=digest(previous, stream, rank, action, actor, payload, at),
    )
    if trace and (trace.ip_address or trace.user_agent):
        EventTrace.objects.create(event=event, ip_address=trace.ip_address, user_agent=trace.user_agent[:300])
    return event


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One event to append; at most one for a stream in a call of `record_events`."""

    stream: str
    action: str
    actor: str
    payload: dict[str, Any]


@transaction.atomic
def record_events(events: list[NewEvent], *, at: datetime) -> None:
    """Append one event to each of many streams, in two queries.

    The caller holds the locks of the rows these streams tell of; a fork is refused by the unique rank anyway.
    """
    heads = {
        head.stream: (head.rank + 1, head.hash)
        for head in EvidenceEvent.objects.filter(stream__in=[event.stream for event in events])
        .order_by("stream", "-rank")
        .distinct("stream")
    }
    rows = [_chained(event, *heads.get(event.stream, (1, GENESIS)), at=at) for event in events]
    EvidenceEvent.objects.bulk_create(rows, batch_size=1000)


def _chained(event: NewEvent, rank: int, previous: str, *, at: datetime) -> EvidenceEvent:
    return EvidenceEvent(
        stream=event.stream,
        rank=rank,
        action=event.action,
        actor=event.actor,
        payload=event.payload,
        at=at,
        previous_hash=previous,
        hash=digest(previous, event.stream, rank, event.action, event.actor, event.payload, at),
    )


def first_broken(events: Iterable[EvidenceEvent]) -> EvidenceEvent | None:
    """The first event of one stream (in rank order) that does not follow from the one before it."""
    previous = GENESIS
    for rank, event in enumerate(events, start=1):
        expected = digest(previous, event.stream, rank, event.action, event.actor, event.payload, event.at)
        if (event.rank, event.previous_hash, event.hash) != (rank, previous, expected):
            return event
        previous = event.hash
    return None
