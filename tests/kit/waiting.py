"""Waits until other sessions of this test's base wait, or are gone: PostgreSQL says so, no clock guesses it.

`pg_locks` tells of the whole server; under `pytest -n 2` another test plays in another base of it.
"""

from time import monotonic

from django.db import connection


PATIENCE = 60  # seconds, for the slowest machine

_WAITING = """
SELECT count(DISTINCT lock.pid) FROM pg_locks AS lock JOIN pg_stat_activity AS session USING (pid)
 WHERE NOT lock.granted AND lock.locktype = %s AND session.datname = current_database()
"""


def wait_until_waiting(count: int = 1, *, at: str = "advisory") -> None:
    """Until so many sessions of this base are stopped at a lock of that type, or more."""
    limit = monotonic() + PATIENCE
    while monotonic() < limit:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what it saw first
            cursor.execute(_WAITING, [at])
            if cursor.fetchone()[0] >= count:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError(f"Fewer than {count} sessions came to wait at a lock ({at}).")


def backends() -> set[int]:
    """Who is connected to this base, ourselves aside: a server of an earlier test may still be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT pid FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return {pid for (pid,) in cursor.fetchall()}


def wait_for_the_dead(living: set[int]) -> None:
    """PostgreSQL takes a moment to see that nobody is at the other end, and may commit meanwhile."""
    limit = monotonic() + PATIENCE
    while monotonic() < limit:
        if backends() <= living:
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("A backend outlives its client.")
