"""Jobs: one row a day, run again without harm, one at a time (DESIGN invariant 11, trust 37, 52)."""

import threading
from datetime import date

import pytest
from django.db import DataError, connection, transaction

from core.jobs import run_job
from core.models import JobRun


ON = date(2026, 9, 1)


@pytest.mark.django_db
def test_a_job_leaves_its_figures():
    run = run_job("essai", for_date=ON, act=lambda: {"sent": 3})
    assert (run.figures, run.runs_count, run.error) == ({"sent": 3}, 1, "")
    assert run.finished_at is not None


@pytest.mark.trust(52)
@pytest.mark.django_db
def test_a_second_run_of_the_day_is_the_same_row():
    run_job("essai", for_date=ON, act=lambda: {"sent": 3})
    run_job("essai", for_date=ON, act=lambda: {"sent": 0})
    run = JobRun.objects.get()
    assert (run.runs_count, run.figures) == (2, {"sent": 0})


@pytest.mark.django_db
def test_a_failed_job_says_why():
    with pytest.raises(ZeroDivisionError):
        run_job("essai", for_date=ON, act=lambda: {"rate": 1 // 0})
    run = JobRun.objects.get()
    assert run.error.startswith("ZeroDivisionError")
    assert run.finished_at is None


@pytest.mark.django_db(transaction=True)
def test_a_job_that_breaks_the_caller_s_transaction_leaves_no_lock_behind():
    """The next worker runs it: a lock of the session would have stayed as long as the connection."""

    def broken():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    with pytest.raises(DataError), transaction.atomic():
        run_job("essai", for_date=ON, act=broken)
    assert elsewhere(lambda: run_job("essai", for_date=ON, act=lambda: {"who": "second"})).error == ""


@pytest.mark.django_db(transaction=True)
def test_a_job_inside_a_transaction_is_alone_until_its_figures_can_be_seen():
    with transaction.atomic():
        run_job("essai", for_date=ON, act=lambda: {"who": "first"})
        assert elsewhere(lambda: run_job("essai", for_date=ON, act=lambda: {"who": "second"})) is None
    assert JobRun.objects.get().figures == {"who": "first"}


def elsewhere(act):
    """What it gives on another connection."""
    answers = []

    def run():
        try:
            answers.append(act())
        finally:
            connection.close()

    other = threading.Thread(target=run)
    other.start()
    other.join(timeout=60)
    return answers[0]


@pytest.mark.trust(37, 52)
@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_run_the_same_job_at_once():
    results = []

    def act():
        second = lambda: run_job("essai", for_date=ON, act=lambda: {"who": "second"})  # noqa: E731
        results.append(elsewhere(second))
        return {"who": "first"}

    assert run_job("essai", for_date=ON, act=act).figures == {"who": "first"}
    assert results == [None]
