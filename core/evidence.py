"""Writing to the chain of evidence, and verifying it."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from core.models import EvidenceEvent


GENESIS = "0" * 64


def digest(previous: str, stream: str, rank: int, action: str, actor: str, payload: Any, at: datetime) -> str:
    """SHA-256 over the previous hash and the event in one canonical JSON form."""
    event = [stream, rank, action, actor, payload, at.astimezone(UTC).isoformat()]
    text = json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}{text}".encode()).hexdigest()


@transaction.atomic
def record_event(*, stream: str, action: str, actor: str, at: datetime, **payload: Any) -> EvidenceEvent:
    """Append one event; writers of the same stream wait for one another, so the chain never forks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"evidence {stream}"])
    last = EvidenceEvent.objects.filter(stream=stream).order_by("-rank").first()
    rank, previous = (last.rank + 1, last.hash) if last else (1, GENESIS)
    return EvidenceEvent.objects.create(
        stream=stream,
        rank=rank,
        action=action,
        actor=actor,
        payload=payload,
        at=at,
        previous_hash=previous,
        hash=digest(previous, stream, rank, action, actor, payload, at),
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
