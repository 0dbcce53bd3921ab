"""The chain of evidence: only grows, and shows any tampering (DESIGN invariant 7, trust 18)."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from core.evidence import NewEvent, first_broken, record_event, record_events
from core.models import EvidenceEvent


AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    return [
        record_event(stream="thing:1", action=f"step-{step}", actor="system", at=AT, step=step)
        for step in range(4)
    ]


def stored():
    return EvidenceEvent.objects.filter(stream="thing:1")


def tamper(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_evidenceevent DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE core_evidenceevent ENABLE TRIGGER USER")


def test_a_true_chain_holds(chain):
    record_event(stream="thing:2", action="elsewhere", actor="system", at=AT)
    assert first_broken(stored()) is None
    assert [event.rank for event in stored()] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("sql", "rank"),
    [
        ("UPDATE core_evidenceevent SET payload = '{\"step\": 9}' WHERE rank = 2", 2),
        ("UPDATE core_evidenceevent SET actor = 'user:1' WHERE rank = 3", 3),
        ("DELETE FROM core_evidenceevent WHERE rank = 2", 3),
        ("UPDATE core_evidenceevent SET at = at + interval '1 second' WHERE rank = 1", 1),
    ],
)
@pytest.mark.trust(18)
def test_a_rewritten_chain_names_the_first_false_event(chain, sql, rank):
    tamper(sql)
    assert first_broken(stored()).rank == rank


@pytest.mark.parametrize(
    "sql", ["UPDATE core_evidenceevent SET actor = 'x'", "DELETE FROM core_evidenceevent"]
)
@pytest.mark.trust(19)
def test_the_database_refuses_to_rewrite(chain, sql):
    with (
        pytest.raises(IntegrityError, match="append_only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_many_streams_grow_by_one_event_each(chain, django_assert_num_queries):
    events = [NewEvent(f"thing:{number}", "bulk", "system", {"number": number}) for number in range(1, 4)]
    with django_assert_num_queries(4):  # two of them open and close the savepoint
        record_events(events, at=AT)
    assert first_broken(stored()) is None
    assert stored().last().rank == 5
    assert EvidenceEvent.objects.get(stream="thing:3").rank == 1
