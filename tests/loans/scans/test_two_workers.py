"""A pile is rung for twice: one worker holds it from its first page to the last one placed (N5)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from loans.enums import PageProblem, PageState, ScanState
from loans.models import Convention, PaperCopy
from loans.scans.receiving import receive_scan
from loans.scans.splitting import HANDFUL, split_scan
from tests.kit.queries import queries_of
from tests.kit.waiting import wait_until_waiting
from tests.loans.scans.conftest import AT
from tests.loans.scans.copier import scanned


PATIENCE = timedelta(seconds=60).total_seconds()


@pytest.fixture
def received(school, office, sheets):
    pile = sheets(school)
    return receive_scan(content=scanned(pile), name="copieur.pdf", school=school, by=office, at=AT)


def split(scan):
    """A worker of its own, with its own session."""
    try:
        return split_scan(scan.pk, at=AT, on=AT.date())
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_leaves_the_pile_alone_while_the_first_places_its_pages(received):
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            list(Convention.objects.select_for_update())
            first = pool.submit(split, received)
            wait_until_waiting(at="transactionid")  # it read every page, and waits for a convention
            second = pool.submit(split, received).result(timeout=PATIENCE)
            assert second.state == ScanState.RECEIVED
            assert not first.done()
        assert first.result(timeout=PATIENCE).state == ScanState.READ
    assert PaperCopy.objects.count() == 2
    assert received.log.filter(to_state=ScanState.READ).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_pile_rung_for_four_times_at_once_is_read_once(received):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(split, [received] * 4))
    received.refresh_from_db()
    assert received.state == ScanState.READ
    assert received.pages.filter(state=PageState.PLACED).count() == received.pages.count()
    assert received.log.filter(to_state=ScanState.READ).count() == 1


@pytest.mark.django_db
def test_eight_pages_are_looked_up_and_written_as_quickly_as_two(schools, sheets, office):
    pile = sheets(schools[1]) + sheets(schools[2])

    def questions(count):
        content = scanned(pile[:count])
        scan = receive_scan(content=content, name="pile.pdf", school=schools[0], by=office, at=AT)
        asked = queries_of(lambda: split_scan(scan.pk, at=AT, on=AT.date()))
        assert scan.pages.filter(problem=PageProblem.OTHER_SCHOOL).count() == count
        return len(asked)

    assert len(pile) <= HANDFUL
    assert questions(2) == questions(len(pile))
