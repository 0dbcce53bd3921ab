"""The pages of a night: how far it is, what it did for the region and for each school (N1, P7, invariants 9 and 10)."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.enums import Role
from schools.enums import ImportState, NightState, SchoolNightState
from schools.fictitious.evolutions import transfer
from schools.models import EnrolmentNight, NightSchool, School
from schools.nights.progress import progress_of
from schools.nights.reporting import sum_of, tallies_of
from tests.kit.queries import assert_same_queries
from tests.schools.factories import SchoolFactory, SchoolStaffFactory, UserFactory
from tests.schools.nights.conftest import FIRST, instant, nth


@pytest.fixture
def officer(client, db):
    officer = UserFactory(role=Role.REGION)
    client.force_login(officer)
    return officer


@pytest.fixture
def second_night(depot):
    """A newcomer in the first school, a pupil who moved from it to the second, and one pupil gone for good."""
    depot.drop(FIRST)
    depot.ring(FIRST)
    origin, destination = depot.region.schools
    gone, moving = origin.pupils[0], origin.pupils[1]
    gone.exit_on = nth(0) - timedelta(days=1)
    transfer(moving, origin=origin, destination=destination, on=nth(1), eleve_id=990_001)
    depot.drop(nth(1))
    [night] = depot.ring(nth(1))
    return night


def row_of(night, school) -> NightSchool:
    return night.schools.get(uai=school.uai)


def test_a_night_s_report_says_who_arrived_and_who_left_school_by_school(depot, second_night):
    origin, destination = depot.region.schools
    tallies = tallies_of(second_night)
    here, there = (tallies[row_of(second_night, school).school_id] for school in (origin, destination))
    assert (here.arrivals, here.departures) == (0, 2)
    assert (there.arrivals, there.departures) == (1, 0)
    assert "2 départs" in here.sentence
    assert there.sentence.startswith("1 arrivée")
    assert second_night.summary["tally"] == asdict(sum_of(tallies.values()))


def test_the_region_s_page_sums_the_schools(client, officer, second_night):
    page = client.get(reverse("schools:night", args=[second_night.public_id])).content.decode()
    assert "La nuit est terminée" in page
    assert "2 établissements sur 2" in page.replace("\xa0", " ")
    assert "hx-get" not in page
    assert client.get(reverse("schools:nights")).content.decode().count("8 septembre 2026") == 1


def test_a_school_reads_its_own_night_with_the_pupils_and_no_other_s(client, depot, second_night):
    origin, destination = (School.objects.get(uai=school.uai) for school in depot.region.schools)
    client.force_login(SchoolStaffFactory(school=origin).user)
    page = client.get(
        reverse("schools:night_of_school", args=[second_night.public_id, origin.uai])
    ).content.decode()
    assert f"Maintenant à : {destination.name}".replace("'", "&#x27;") in page.replace("\xa0", " ")
    assert page.count("/eleves/") >= 2
    other = reverse("schools:night_of_school", args=[second_night.public_id, destination.uai])
    assert client.get(other).status_code == 404


def test_a_night_under_way_says_how_far_it_is_and_asks_again(client, officer, depot):
    depot.drop(FIRST)
    [night] = depot.open(FIRST)
    page = client.get(reverse("schools:night", args=[night.public_id])).content.decode()
    assert "La nuit est en cours" in page
    assert reverse("schools:night_progress", args=[night.public_id]) in page
    assert "Actualiser" in page


def test_the_time_left_follows_the_pace(depot):
    depot.drop(FIRST)
    [night] = depot.open(FIRST)
    done, waiting = night.schools.order_by("uai")
    start = instant(FIRST)
    NightSchool.objects.filter(pk=done.pk).update(
        state=SchoolNightState.DONE, outcome=ImportState.APPLIED, started_at=start, finished_at=start
    )
    progress = progress_of(night, at=start + timedelta(minutes=3))
    assert (progress.done, progress.total, progress.minutes_left) == (1, 2, 3)
    assert waiting.state == SchoolNightState.WAITING


def test_the_list_is_filtered_by_state_and_by_name(client, officer, depot, second_night):
    origin, _destination = depot.region.schools
    NightSchool.objects.filter(uai=origin.uai).update(outcome=ImportState.HELD)
    address = reverse("schools:night", args=[second_night.public_id])
    held = client.get(address, {"situation": "held"}).context["page"].object_list
    assert [row.uai for row in held] == [origin.uai]
    named = client.get(address, {"q": origin.uai}).context["page"].object_list
    assert [row.uai for row in named] == [origin.uai]


@pytest.mark.parametrize("state", [NightState.RUNNING, NightState.DONE])
def test_a_night_of_three_schools_and_one_of_three_hundred_ask_the_same_questions(
    client, officer, depot, state
):
    depot.drop(FIRST)
    [night] = depot.ring(FIRST)
    EnrolmentNight.objects.update(state=state)
    address = reverse("schools:night", args=[night.public_id])

    def grow():
        rows = [
            NightSchool(night=night, school=school, uai=school.uai, state=word, outcome=outcome)
            for number, (word, outcome) in enumerate(
                [("done", "held"), ("waiting", ""), ("missing", "")] * 100
            )
            for school in [SchoolFactory(uai=f"099{number:04d}A")]
        ]
        NightSchool.objects.bulk_create(rows)

    assert_same_queries(lambda: client.get(address), grow=grow)
    assert client.get(address).context["page"].paginator.count == 302
