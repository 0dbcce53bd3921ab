"""Many writers of one chain of evidence: no gap, no fork (trust 20)."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from core.evidence import first_broken, record_event
from core.models import EvidenceEvent


AT = datetime(2026, 9, 1, 8, tzinfo=UTC)
WRITERS, EACH = 8, 500


@pytest.mark.trust(20)
@pytest.mark.django_db(transaction=True)
def test_eight_writers_of_five_hundred_events_make_one_chain():
    barrier = threading.Barrier(WRITERS)

    def write(writer: int) -> None:
        barrier.wait()
        try:
            for step in range(EACH):
                record_event(stream="thing:1", action="step", actor=f"link:{writer}", at=AT, step=step)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[writer]) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=240)
    chain = list(EvidenceEvent.objects.filter(stream="thing:1").order_by("rank"))
    assert [event.rank for event in chain] == list(range(1, WRITERS * EACH + 1))
    assert first_broken(chain) is None
