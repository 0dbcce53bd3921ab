"""A table that has doubled is looked at before PostgreSQL is asked about many of its rows, once."""

from datetime import UTC, datetime

from django.db import connection

from core.models import BlockedAddress, Trouble
from core.statistics import look_at_grown


TABLE = BlockedAddress._meta.db_table


def fill(count, start=0):
    at = datetime(2026, 9, 1, tzinfo=UTC)
    BlockedAddress.objects.bulk_create(
        BlockedAddress(address=f"a{start + rank}@example.org", trouble=Trouble.BOUNCED, noted_at=at)
        for rank in range(count)
    )


def test_a_table_is_looked_at_once_until_it_has_doubled(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_clear_relation_stats('public', %s)", [TABLE])
    fill(300)
    assert look_at_grown(BlockedAddress) == [TABLE]
    assert look_at_grown(BlockedAddress) == []
    assert _believed() == 300
    fill(900, start=300)
    assert look_at_grown(BlockedAddress) == [TABLE]
    assert _believed() == 1_200


def _believed() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::int FROM pg_class WHERE oid = %s::regclass", [TABLE])
        return cursor.fetchone()[0]
