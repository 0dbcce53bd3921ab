"""Two schools claim one pupil from the same day: who read their files first decides nothing (trust 32, 37)."""

from datetime import date
from itertools import permutations

import pytest

from schools.fictitious.evolutions import arrive
from schools.models import Enrolment, EnrolmentChange, Guardianship, Pupil
from tests.trust.test_any_order import after


pytestmark = pytest.mark.django_db
ON = date(2026, 9, 9)


@pytest.fixture
def claimed(world):
    """Two schools, the one with the first number first; since last night both list the same newcomer, from one day."""
    world.export()
    world.receive()
    world.nights += 1
    first, last = sorted(world.region.schools, key=lambda school: school.uai)
    pupil = arrive(world.region, last, on=ON)
    twin = arrive(world.region, first, on=ON)
    twin.ine, twin.family_name, twin.given_name = pupil.ine, pupil.family_name, pupil.given_name
    twin.birth_on = pupil.birth_on
    return world, first, last, pupil.ine


def attends(ine) -> tuple:
    pupil = Pupil.objects.get(ine=ine)
    active = Enrolment.objects.active().get(pupil=pupil)
    links = Guardianship.objects.current().filter(pupil=pupil).values_list("guardian__scope", "rank")
    return active.school.uai, active.class_code, active.entered_on, pupil.family_name, sorted(links)


def test_a_newcomer_claimed_by_two_schools_ends_in_the_same_one_in_both_orders(claimed):
    world, first, last, ine = claimed
    paths = {school.uai: world.export(school) for school in (first, last)}

    def play(order):
        ends = []

        def night():
            for school in order:
                world.receive(paths[school.uai])
            ends.append(attends(ine))

        after(night)
        return ends[0]

    ends = [play(order) for order in permutations([first, last])]
    assert ends[0] == ends[1]
    assert ends[0][0] == first.uai


def test_the_loser_is_told_and_the_others_learn_of_a_move(claimed):
    world, first, last, ine = claimed
    paths = {school.uai: world.export(school) for school in (first, last)}
    world.receive(paths[last.uai])
    world.receive(paths[first.uai])
    moved = EnrolmentChange.objects.get(kind="moved", enrolment__pupil__ine=ine)
    assert (moved.enrolment.school.uai, moved.details["from_uai"]) == (first.uai, last.uai)
    report = world.night()
    assert report.finding_counts()["elsewhere"] == 1
    assert attends(ine)[0] == first.uai


def test_the_school_that_had_the_pupil_the_night_before_keeps_the_pupil(claimed):
    world, _first, last, ine = claimed
    world.export(last)
    world.receive()
    report = world.night()
    assert report.finding_counts()["elsewhere"] == 1
    assert attends(ine)[0] == last.uai
