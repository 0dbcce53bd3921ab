"""A school whose roll was pushed, pulled or sent by hand sent something: its night says what became of it (N1)."""

from dataclasses import asdict

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from schools.enums import ImportState
from schools.feeds.deliveries import keep, read_due
from schools.feeds.enums import Way
from schools.fictitious.siecle import write_school
from schools.models import EnrolmentImport, School
from schools.nights.progress import progress_of
from schools.nights.reporting import last_night_of, sum_of, tallies_of
from schools.nights.summing import sum_again
from schools.nights.telling import tell_nights
from schools.tasks import sweep_nights
from tests.schools.factories import UserFactory
from tests.schools.nights.conftest import FIRST, instant, nth


@pytest.fixture
def pulled(depot, tmp_path):
    """The first school drops its files; a service is asked for the second's before the night is opened."""
    dropping, asked_for = depot.region.schools
    pull(depot, tmp_path, asked_for, FIRST)
    depot.drop(FIRST, dropping)
    [night] = depot.ring(FIRST)
    return night, School.objects.get(uai=asked_for.uai)


def pull(depot, folder, school, on):
    made_at = instant(on).replace(hour=5, tzinfo=None)
    paths = write_school(school, folder / f"{on:%d}", year=depot.region.year, at=made_at)
    files = [(path.name, path.read_bytes()) for path in paths]
    keep(
        files=files, campaign=depot.campaign, way=Way.PULL, sender="SYGNE", uais=[school.uai], at=instant(on)
    )
    return read_due(at=instant(on), on=on, clock=lambda: instant(on))


@pytest.fixture
def officer(client, db):
    officer = UserFactory(role=Role.REGION)
    client.force_login(officer)
    return officer


def test_a_pulled_roll_is_not_a_missing_file(client, officer, pulled):
    night, school = pulled
    progress = progress_of(night, at=instant(FIRST))
    assert (progress.missing, progress.total, progress.counts) == (0, 2, {ImportState.APPLIED: 2})
    page = client.get(reverse("schools:night", args=[night.public_id]))
    row = next(row for row in page.context["page"].object_list if row.uai == school.uai)
    assert (row.situation, row.counts["enrolled"]) == (ImportState.APPLIED, 40)
    assert (
        "Pas de nouveau fichier"
        not in page.content.decode().replace("\xa0", " ").split("École par école")[-1]
    )
    assert reverse("schools:import", args=[row.enrolment_import.public_id]) in page.content.decode()
    assert "missing" not in night.summary["states"]


def test_the_school_s_own_page_of_that_night_tells_it(client, officer, pulled):
    night, school = pulled
    page = client.get(reverse("schools:night_of_school", args=[night.public_id, school.uai])).content.decode()
    assert "Aucun nouveau fichier" not in page.replace("\xa0", " ")
    assert reverse("schools:import", args=[EnrolmentImport.objects.get(uai=school.uai).public_id]) in page
    assert last_night_of(school, night.campaign).night == night


def test_a_pulled_file_that_is_held_is_counted_and_told(depot, officer, pulled, tmp_path):
    _night, school = pulled
    tell_nights(on=FIRST, at=instant(FIRST))
    half = depot.region.schools[1]
    half.pupils = half.pupils[:20]
    pull(depot, tmp_path, half, nth(1))
    [night] = depot.ring(nth(1))
    assert tallies_of(night)[school.pk].held == 1
    assert night.summary["tally"]["held"] == 1
    assert progress_of(night, at=instant(nth(1))).counts[ImportState.HELD] == 1


def test_nothing_is_written_by_looking(client, officer, pulled):
    night, school = pulled
    client.get(reverse("schools:night", args=[night.public_id]))
    row = night.schools.get(uai=school.uai)
    assert (row.state, row.outcome, row.enrolment_import) == ("missing", "", None)


@pytest.fixture
def pushed_later(depot, tmp_path):
    """The night is over, one school dropped nothing; its file is pushed in the afternoon, and the sweep passes."""
    dropping, pushing = depot.region.schools
    depot.drop(FIRST, dropping)
    [night] = depot.ring(FIRST)
    assert (night.summary["states"]["missing"], night.summary["tally"]["arrivals"]) == (1, 40)
    pull(depot, tmp_path, pushing, FIRST)
    return night


def test_a_file_pushed_after_the_night_is_in_its_summary_at_the_next_sweep(client, officer, pushed_later):
    with time_machine.travel(instant(FIRST).replace(hour=15), tick=False):
        sweep_nights()
        page = client.get(reverse("schools:nights")).context["page"]
    [night] = page.object_list
    assert "missing" not in night.summary["states"]
    assert night.summary["tally"]["arrivals"] == 80
    assert night.summary["tally"] == asdict(sum_of(tallies_of(night).values()))


def test_a_summary_is_made_again_once_and_only_for_a_file_that_came_since(pushed_later):
    assert [sum_again(on=FIRST), sum_again(on=FIRST)] == [1, 0]
