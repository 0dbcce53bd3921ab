"""A file that says again what the last one said is not read further, unless something around it changed (N1)."""

from datetime import date, datetime, timedelta

import pytest

from schools.enums import EnrolmentState, ImportState
from schools.fictitious.evolutions import leave, transfer, vanish
from schools.fictitious.siecle import write_school
from schools.imports.unchanged import base_state
from schools.models import Enrolment, EnrolmentImport, Guardian, Pupil, School


def states(report):
    return {school.state for school in report.schools}


def night_of(world):
    return states(world.night(world.school))


def enrolment_of(pupil):
    return Enrolment.objects.get(pupil__ine=pupil.ine)


@pytest.fixture
def steady(running):
    """One more night that said the same: from here on, each night does unless the test says otherwise."""
    assert states(running.night()) == {ImportState.UNCHANGED}
    return running


def test_nothing_is_written_but_the_line_that_says_it_came(running):
    before = base_state(running.campaign, running_school(running), "siecle")
    report = running.night()
    assert states(report) == {ImportState.UNCHANGED}
    assert (report.counts.listed, report.counts.enrolled, report.counts.changes) == (80, 80, 0)
    assert base_state(running.campaign, running_school(running), "siecle") == before
    assert EnrolmentImport.objects.latest("pk").exported_at.date() == running.on


def test_the_findings_are_told_again(running):
    first = EnrolmentImport.objects.filter(uai=running.school.uai).earliest("pk")
    report = running.night(running.school)
    told = {finding.code: finding.repeat_count for finding in first.findings.all()}
    assert told
    assert report.finding_counts() == told


def test_a_file_older_than_the_last_unchanged_night_is_refused(steady):
    steady.school.pupils.pop()
    earlier = datetime(steady.on.year, steady.on.month, steady.on.day, 4, 0)
    older = write_school(steady.school, steady.folder / "older", year=2026, at=earlier)
    assert states(steady.receive(older)) == {ImportState.REFUSED}


def test_the_files_of_an_unchanged_night_sent_again_later_are_nothing_new(steady):
    yesterday = list(steady.written)
    steady.school.pupils[0].class_code = "2GT7"
    assert night_of(steady) == {ImportState.APPLIED}
    assert states(steady.receive(yesterday)) == {ImportState.UNCHANGED}


def test_a_missing_pupil_is_counted_each_night_though_the_file_says_the_same(running):
    gone = running.school.pupils[0]
    vanish(running.school, gone)
    for _night in range(3):
        assert night_of(running) == {ImportState.APPLIED}
    assert enrolment_of(gone).state == EnrolmentState.LEFT


def test_an_exit_date_passes_though_the_file_says_the_same(steady):
    leaver = steady.school.pupils[0]
    leave(leaver, on=steady.on + timedelta(days=2))
    assert [night_of(steady) for _night in range(2)] == [{ImportState.APPLIED}, {ImportState.UNCHANGED}]
    assert enrolment_of(leaver).state == EnrolmentState.ACTIVE
    assert night_of(steady) == {ImportState.APPLIED}
    assert enrolment_of(leaver).state == EnrolmentState.LEFT


def test_coming_of_age_without_an_address_is_found_on_the_day(steady):
    pupil = next(p for p in steady.school.pupils if not p.email and p.study.class_prefix == "2GT" and p.links)
    pupil.birth_on = (steady.on + timedelta(days=2)).replace(year=steady.on.year - 18)
    assert night_of(steady) == {ImportState.APPLIED}
    report = steady.night(steady.school)
    assert states(report) == {ImportState.APPLIED}
    assert report.finding_counts()["adult_without_email"] >= 1


def test_a_pupil_taken_by_another_school_is_looked_at_again(steady):
    origin, destination = steady.region.schools
    pupil = origin.pupils[0]
    moved = transfer(pupil, origin=origin, destination=destination, on=steady.on, eleve_id=990_001)
    pupil.exit_on, pupil.exit_reason = None, ""  # the school that lost the pupil has not typed it yet
    steady.night(destination)
    assert enrolment_elsewhere(moved, destination)
    report = steady.night(origin)
    assert states(report) == {ImportState.APPLIED}
    assert report.finding_counts()["elsewhere"] == 1


@pytest.mark.parametrize("model", [Pupil, Guardian])
def test_a_row_somebody_wrote_is_looked_at_again(steady, model):
    enrolled = Pupil.objects.filter(enrolments__school__uai=steady.school.uai)
    one = enrolled.first() if model is Pupil else Guardian.objects.filter(scope=steady.school.uai).first()
    model.objects.filter(pk=one.pk).update(phone="+33639980000")
    assert night_of(steady) == {ImportState.APPLIED}
    assert night_of(steady) == {ImportState.UNCHANGED}


def test_new_rules_read_every_file_again(steady):
    steady.campaign.rules.number += 1
    assert night_of(steady) == {ImportState.APPLIED}


def test_the_year_turns(steady):
    steady.nights = (date(2026, 12, 30) - date(2026, 9, 8)).days - 1
    night_of(steady)
    assert [night_of(steady) for _night in range(2)] == [{ImportState.UNCHANGED}, {ImportState.APPLIED}]


def running_school(world):
    return School.objects.get(uai=world.school.uai)


def enrolment_elsewhere(pupil, school):
    return Enrolment.objects.active().filter(pupil__ine=pupil.ine, school__uai=school.uai).exists()
