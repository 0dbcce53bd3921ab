"""Two real workers share a night, one really killed in the middle of a school: the night ends whole (trust 36, 44)."""

import signal
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection, transaction
from django.db.models import F

from programmes.campaigns import open_campaign
from schools.directory import import_schools
from schools.enums import ImportState, SchoolNightState
from schools.fictitious.directory import write_directory
from schools.fictitious.region import make_region
from schools.models import EnrolmentImport, EnrolmentNight, NightSchool, School
from schools.nights.playing import LEASE
from schools.nights.ringing import PATIENCE
from schools.tasks import sweep_nights
from tests.schools.nights.conftest import FIRST, Depot, state_of_the_base
from tests.schools.nights.workers import stopped_at_a_lock, wait_for, workers


SCHOOLS = 8

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def region_depot(transactional_db, tmp_path) -> Depot:
    campaign = open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 7, 6))
    region = make_region(schools=SCHOOLS, pupils=15, seed=11)
    import_schools(path=write_directory(region, tmp_path / "annuaire.csv"), campaign=campaign)
    depot = Depot(campaign, region, tmp_path / "depot")
    depot.drop(FIRST)
    return depot


@pytest.fixture
def expected(region_depot) -> tuple[list, list]:
    """The base after a quiet night played in one process."""
    with transaction.atomic():
        region_depot.ring(FIRST)
        left = state_of_the_base()
        transaction.set_rollback(True)
    assert len(left[0]) == SCHOOLS * 15
    return left


@contextmanager
def locked(school: School):
    """Whoever imports this school stops in the middle of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('schools.imports'), %s)", [school.pk])
        yield
        cursor.execute("SELECT pg_advisory_unlock(hashtext('schools.imports'), %s)", [school.pk])


def is_over() -> bool:
    return EnrolmentNight.objects.get().is_over


def assert_played_once(expected) -> None:
    assert state_of_the_base() == expected
    assert EnrolmentImport.objects.filter(state=ImportState.APPLIED).count() == SCHOOLS
    assert EnrolmentImport.objects.count() == SCHOOLS
    assert EnrolmentNight.objects.get().summary["states"] == {"done": SCHOOLS}


def test_two_workers_share_a_night_and_one_killed_in_a_school_leaves_it_to_the_other(region_depot, expected):
    slow = School.objects.get(uai=region_depot.region.schools[2].uai)
    with workers("worker-a", "worker-b") as running:
        with locked(slow):
            region_depot.open(FIRST)
            victim = wait_for(stopped_at_a_lock)
            wait_for(lambda: NightSchool.objects.filter(state=SchoolNightState.DONE).count() == SCHOOLS - 1)
            running[victim].send_signal(signal.SIGKILL)
            assert running[victim].wait(timeout=60) == -signal.SIGKILL
        assert not is_over()
        NightSchool.objects.update(leased_until=F("leased_until") - LEASE, rung_at=F("rung_at") - PATIENCE)
        sweep_nights()
        wait_for(is_over)
    assert NightSchool.objects.get(school=slow).attempts_count == 2
    assert_played_once(expected)


def test_rung_twice_with_workers_and_in_process_at_once_is_one_night(region_depot, expected):
    with workers("worker-a", "worker-b"):
        region_depot.open(FIRST)
        region_depot.ring(FIRST)
        wait_for(is_over)
        region_depot.open(FIRST)
        sweep_nights()
    assert_played_once(expected)


def test_a_school_that_kills_every_worker_is_given_up_and_the_night_ends(region_depot):
    [night] = region_depot.open(FIRST)
    killer = night.schools.order_by("uai").first()
    NightSchool.objects.filter(pk=killer.pk).update(
        state=SchoolNightState.RUNNING, attempts_count=5, leased_until=killer.night.started_at
    )
    region_depot.ring(FIRST)
    killer.refresh_from_db()
    assert (killer.state, killer.error) == (SchoolNightState.FAILED, "WorkerDied")
    assert EnrolmentNight.objects.get().summary["states"] == {"done": SCHOOLS - 1, "failed": 1}
