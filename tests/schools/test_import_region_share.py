"""Two workers at once take no more of a region away than was voted: not one file over (trust 29, 36)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from schools.enums import ImportState
from schools.fictitious.evolutions import arrive, leave
from schools.models import Enrolment, EnrolmentImport
from tests.kit.waiting import wait_until_waiting
from tests.schools.conftest import FIRST_NIGHT


pytestmark = pytest.mark.django_db(transaction=True)
KEY = "('schools.region_share'), %s"


def of_a_worker(act, *given):
    """In a session of its own."""
    try:
        return act(*given)
    finally:
        connection.close()


def test_two_files_that_pass_alone_but_not_together_are_counted_one_after_the_other(small_region):
    """Three of eighty pass and six do not; both workers have read their file before either commits."""
    small_region.nights += 1
    paths = []
    for school in small_region.region.schools:
        for pupil in school.pupils[:3]:
            leave(pupil, on=FIRST_NIGHT)
        paths.append(small_region.export(school))
    campaign = small_region.campaign.pk
    with ThreadPoolExecutor(2) as pool:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_lock(hashtext{KEY})", [campaign])
            done = [pool.submit(of_a_worker, small_region.receive, path) for path in paths]
            wait_until_waiting(2)
            cursor.execute(f"SELECT pg_advisory_unlock(hashtext{KEY})", [campaign])
        reports = [one.result(timeout=120) for one in done]
    states = sorted(str(school.state) for report in reports for school in report.schools)
    assert states == [ImportState.APPLIED, ImportState.HELD]
    assert Enrolment.objects.active().count() == 77
    [reason] = EnrolmentImport.objects.get(state=ImportState.HELD).hold_reasons
    assert "6 des 77 élèves de la région partiraient" in reason.replace("\xa0", " ")


def test_a_file_that_removes_nobody_waits_for_no_other(small_region):
    small_region.nights += 1
    arrive(small_region.region, small_region.school, on=small_region.on)
    path = small_region.export(small_region.school)
    with connection.cursor() as cursor, ThreadPoolExecutor(1) as pool:
        cursor.execute(f"SELECT pg_advisory_lock(hashtext{KEY})", [small_region.campaign.pk])
        report = pool.submit(of_a_worker, small_region.receive, path).result(timeout=120)
        cursor.execute(f"SELECT pg_advisory_unlock(hashtext{KEY})", [small_region.campaign.pk])
    assert [school.state for school in report.schools] == [ImportState.APPLIED]
