"""What acts on many conventions leave behind: a line in the log of each, and an event in its chain of evidence."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from accounts.models import User
from core.evidence import NewEvent, actor_of, record_events
from loans.models import Convention, ConventionLog


class Told(Protocol):
    """What an event says of a convention."""

    @property
    def stream(self) -> str: ...
    @property
    def enrolment_id(self) -> int: ...
    @property
    def signer_kind(self) -> str: ...


def log_moves(
    rows: Iterable[Convention],
    before: Iterable[str],
    after: str,
    comment: str,
    by: User | None,
    at: datetime,
) -> None:
    """One line a convention, with the state it came from."""
    ConventionLog.objects.bulk_create(
        [
            ConventionLog(subject=row, from_state=state, to_state=after, by=by, at=at, comment=comment)
            for row, state in zip(rows, before, strict=True)
        ],
        batch_size=1000,
    )


def witness(rows: Iterable[Told], action: str, by: User | None, at: datetime, **payload: str) -> None:
    """One event a convention, with whom it is for and what the caller adds."""
    actor = actor_of(by)
    record_events(
        [
            NewEvent(
                row.stream,
                action,
                actor,
                {"enrolment": row.enrolment_id, "signer": row.signer_kind} | payload,
            )
            for row in rows
        ],
        at=at,
    )
