"""Two imports at once: a school's files are applied once, two schools that share a pupil both finish (trust 36, 37)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from schools.enums import ImportState
from schools.fictitious.evolutions import transfer
from schools.models import Enrolment, EnrolmentChange, EnrolmentImport, Pupil


pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    def run(act):
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_the_same_files_twice_at_once_are_applied_once(world):
    world.export(world.school)
    reports = at_once(world.receive, world.receive, world.receive)
    states = sorted(str(school.state) for report in reports for school in report.schools)
    assert states == [ImportState.APPLIED, ImportState.UNCHANGED, ImportState.UNCHANGED]
    assert Pupil.objects.count() == EnrolmentChange.objects.filter(kind="arrived").count() == 40


def test_two_schools_that_meet_a_new_pupil_at_once_make_one(world):
    """Both claim ten pupils nobody knew: the unique number makes one of them start again, the later entry wins."""
    origin, destination = world.region.schools
    for rank, pupil in enumerate(origin.pupils[:10]):
        transfer(pupil, origin=origin, destination=destination, on=date(2026, 9, 2), eleve_id=990_000 + rank)
        pupil.exit_on = None  # both schools claim them
    paths = {school.uai: world.export(school) for school in world.region.schools}
    reports = at_once(*(lambda one=one: world.receive(one) for one in paths.values()))
    assert all(report.all_accepted for report in reports)
    assert Pupil.objects.count() == Enrolment.objects.active().count() == 80
    assert Enrolment.objects.active().filter(school__uai=destination.uai).count() == 50
    assert EnrolmentImport.objects.filter(state=ImportState.APPLIED).count() == 2
