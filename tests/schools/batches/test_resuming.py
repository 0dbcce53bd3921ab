"""Invariant 11: a batch is taken up where a dead worker left it, by whoever comes first, and applied once."""

import pytest
from django.db import connection

from schools.batches import working
from schools.batches.sending import TASK, accept_batch
from schools.enums import BatchSchoolState, BatchState, ImportState
from schools.fictitious.evolutions import rename
from schools.models import EnrolmentImport, ImportBatch
from schools.tasks import take_up_batches
from tests.kit.broker import arguments_heard


class Killed(BaseException):
    """A worker that dies, as far as Python can tell."""


@pytest.fixture
def both(desk):
    """The files of the two schools, each with a name that changes, read and accepted."""
    for school in desk.world.region.schools:
        rename(desk.world.region, school.pupils[0])
    batch = desk.work(desk.send(*desk.world.export()))
    accept_batch(batch=batch, by=desk.by, at=desk.at)
    return batch


def test_a_worker_that_dies_between_two_schools_leaves_the_second_to_the_next(desk, both, monkeypatch):
    real, calls = working.apply_school, []

    def dying(row, run, bundle):
        calls.append(row.uai)
        if len(calls) == 2:
            raise Killed
        real(row, run, bundle)

    monkeypatch.setattr(working, "apply_school", dying)
    with pytest.raises(Killed):
        desk.work(both)
    assert sorted(both.schools.values_list("state", flat=True)) == ["done", "read"]
    monkeypatch.undo()
    desk.work(both)
    assert both.state == BatchState.DONE
    assert set(both.schools.values_list("state", flat=True)) == {BatchSchoolState.DONE}
    applied = EnrolmentImport.objects.filter(received_by=desk.by, state=ImportState.APPLIED)
    assert applied.count() == 2


def test_a_worker_that_comes_late_changes_nothing(desk, both):
    desk.work(both)
    imports = EnrolmentImport.objects.count()
    desk.work(both)
    assert (both.state, EnrolmentImport.objects.count()) == (BatchState.DONE, imports)


def test_a_batch_that_kills_its_workers_is_stopped_and_may_be_tried_again(desk, both):
    ImportBatch.objects.filter(pk=both.pk).update(attempts_count=working.ATTEMPTS)
    assert desk.work(both).state == BatchState.FAILED
    assert not EnrolmentImport.objects.filter(received_by=desk.by).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_have_the_same_batch(desk):
    batch = desk.send(*desk.world.export(desk.world.school))
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [f"batch {batch.pk}"])
            assert desk.work(batch).state == BatchState.RECEIVED
            cursor.execute("SELECT pg_advisory_unlock_all()")
    finally:
        other.close()
    assert desk.work(batch).state == BatchState.READY


def test_the_schedule_calls_workers_for_what_waits_and_nothing_else(desk, both):
    ready = desk.work(desk.send(*desk.world.export(desk.world.school)))
    take_up_batches()
    assert arguments_heard(TASK) == [[both.pk]]
    assert ready.state == BatchState.READY
