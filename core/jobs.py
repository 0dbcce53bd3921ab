"""Scheduled jobs that may be rung twice, late or never, and end in the same place (DESIGN invariant 11)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import date, datetime, time
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from core.models import JobRun


def run_job(kind: str, *, for_date: date, act: Callable[[], dict[str, Any]]) -> JobRun | None:
    """Run `act` for a day and keep its figures; returns None when another process runs the same job now.

    The act itself asks "what is due?", so running again for the same day is allowed and counted.
    """
    with alone(f"job {kind}") as is_ours:
        return _run(kind, for_date, act) if is_ours else None


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Hold the lock of that name: until the end of the caller's transaction if there is one, else of the block.

    Gives False when another process holds it; a process that dies lets it go.
    """
    scope = "xact_" if connection.in_atomic_block else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_{scope}lock(hashtext(%s))", [name])
        is_ours = cursor.fetchone()[0]
    try:
        yield is_ours
    finally:
        if is_ours and not scope:
            with suppress(DatabaseError), connection.cursor() as cursor:  # a session that died holds no lock
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])


def instant_of(on: date, *, now: datetime) -> datetime:
    """When what is done for a day is dated: now for today; three in the morning of another day, played again."""
    if timezone.localdate(now) == on:
        return now
    return timezone.make_aware(datetime.combine(on, time(3)))


def _run(kind: str, for_date: date, act: Callable[[], dict[str, Any]]) -> JobRun:
    run = _started(kind, for_date, timezone.now())
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            run.figures, run.error = act(), ""
    except Exception as error:
        run.error = f"{type(error).__name__}: {error}"
        run.save(update_fields=["error"])
        raise
    run.finished_at = timezone.now()
    run.save(update_fields=["figures", "error", "finished_at"])
    return run


def _started(kind: str, for_date: date, at: datetime) -> JobRun:
    run, created = JobRun.objects.get_or_create(kind=kind, for_date=for_date, defaults={"started_at": at})
    if not created:
        run.runs_count += 1
        run.started_at, run.finished_at = at, None
        run.save(update_fields=["runs_count", "started_at", "finished_at"])
    return run
