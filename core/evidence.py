"""Writing to the chain of evidence, and verifying it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Subquery

from core.models import EventTrace, EvidenceEvent
from core.statements import NewId
from core.trips import Trip


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


# Writers of the same stream wait for one another, so the chain never forks.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('evidence ' || %s))"
# Two statements in one trip: the second begins once the lock is held, and sees what the others wrote.
HEAD = f"""{LOCK};
SELECT nextval(pg_get_serial_sequence('core_evidenceevent', 'id')), head.rank, head.hash
FROM (VALUES (1)) AS one LEFT JOIN (
    SELECT rank, hash FROM core_evidenceevent WHERE stream = %s ORDER BY rank DESC LIMIT 1
) AS head ON true"""  # noqa: S608 - made of this module's own words


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain has come to, read under its lock: its last event, if any, and the number drawn for the next."""

    event_id: int
    rank: int | None
    hash: str | None


def head_of(stream: Any) -> dict[str, Any]:
    """The columns of a `Head`, for a question that is asked once the chain is locked (`LOCK`)."""
    last = EvidenceEvent.objects.filter(stream=stream).order_by("-rank")
    return {
        "head_event_id": NewId(EvidenceEvent),
        "head_rank": Subquery(last.values("rank")[:1]),
        "head_hash": Subquery(last.values("hash")[:1]),
    }


@transaction.atomic(savepoint=False)  # within an act: it stands or falls with it, two statements fewer
def record_event(
    *, stream: str, action: str, actor: str, at: datetime, trace: Trace | None = None, **payload: Any
) -> EvidenceEvent:
    """Append one event, its chain locked."""
    with connection.cursor() as cursor:
        cursor.execute(HEAD, [stream, stream])
        head, trip = Head(*cursor.fetchone()), Trip()
    event = append_event(trip, head, stream=stream, action=action, actor=actor, at=at, trace=trace, **payload)
    trip.go()
    return event


def append_event(
    trip: Trip,
    head: Head,
    *,
    stream: str,
    action: str,
    actor: str,
    at: datetime,
    trace: Trace | None = None,
    **payload: Any,
) -> EvidenceEvent:
    """The same with what the caller writes, after a head it read."""
    if trace and trace.language:
        payload["language"] = trace.language
    rank, previous = (head.rank + 1, str(head.hash)) if head.rank else (1, GENESIS)
    event = _chained(NewEvent(stream, action, actor, payload), rank, previous, at=at)
    event.pk = head.event_id
    trip.insert(event)
    if trace and (trace.ip_address or trace.user_agent):
        trip.insert(EventTrace(event=event, ip_address=trace.ip_address, user_agent=trace.user_agent[:300]))
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
