"""One import of a school at a time."""

from django.db import connection


def lock_school(school_id: int | None) -> None:
    """Wait for whoever imports this school; the lock goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('schools.imports'), %s)", [school_id])
