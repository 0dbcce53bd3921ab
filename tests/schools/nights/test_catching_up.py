"""Nights that were missed are played in order, each for its own day, as if none had been (invariant 11)."""

from copy import deepcopy

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schools.enums import EnrolmentState
from schools.models import Enrolment, EnrolmentNight
from tests.schools.nights.conftest import FIRST, nth, state_of_the_base


NIGHTS = 6


def test_a_pupil_missing_three_nights_has_left_on_the_third_even_caught_up(depot):
    depot.drop(FIRST)
    depot.ring(FIRST)
    gone = depot.region.schools[0].pupils.pop()
    for day in (1, 2, 3):
        depot.drop(nth(day))
    depot.ring(nth(3))
    assert list(EnrolmentNight.objects.order_by("for_date").values_list("for_date", flat=True)) == [
        nth(day) for day in range(4)
    ]
    left = Enrolment.objects.get(pupil__ine=gone.ine)
    assert (left.state, left.left_on) == (EnrolmentState.LEFT, nth(3))


def test_a_file_made_in_the_evening_is_for_the_night_that_follows(depot):
    depot.drop(FIRST, hour=22)
    depot.drop(nth(2))
    assert [night.for_date for night in depot.open(nth(2))] == [nth(1), nth(2)]


def test_a_file_that_comes_late_is_for_the_night_that_finds_it(depot):
    first, second = depot.region.schools
    depot.drop(FIRST, first)
    depot.ring(FIRST)
    depot.drop(nth(1), first)
    depot.ring(nth(1))
    depot.drop(nth(1), second)  # after that night
    [night] = depot.ring(nth(2))
    assert night.schools.get(uai=second.uai).enrolment_import.for_date == nth(2)


def test_a_dated_folder_says_the_day_better_than_the_file(depot):
    depot.drop(FIRST)
    (depot.folder / f"{FIRST:%d}").rename(depot.folder / f"{nth(1)}")
    assert [night.for_date for night in depot.open(nth(2))] == [nth(1), nth(2)]


@st.composite
def stories(draw):
    """What each night drops: by school, nothing or so many pupils taken away for that night only; who rings when."""
    drops = st.one_of(st.none(), st.integers(0, 3))
    nights = [(draw(drops), draw(drops)) for _night in range(NIGHTS)]
    return [(0, 0), *nights], draw(st.sets(st.integers(0, NIGHTS - 1)))


def play(depot, story, *, missed) -> tuple[list, list]:
    """Drop and ring night after night, in a base of its own; the last night always rings."""
    rolls = [list(school.pupils) for school in depot.region.schools]
    with transaction.atomic():
        for count, drops in enumerate(story):
            for school, roll, away in zip(depot.region.schools, rolls, drops, strict=True):
                if away is not None:
                    school.pupils = deepcopy(roll[: len(roll) - away])
                    depot.drop(nth(count), school)
            if count not in missed:
                depot.ring(nth(count))
        left = state_of_the_base()
        transaction.set_rollback(True)
    for school, roll in zip(depot.region.schools, rolls, strict=True):
        school.pupils = roll
    return left


@pytest.mark.trust(53)
@pytest.mark.django_db
@given(story=stories())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_missed_nights_caught_up_are_nights_on_time(depot, tmp_path_factory, story):
    nights, missed = story
    depot.folder = tmp_path_factory.mktemp("on_time")
    on_time = play(depot, nights, missed=set())
    depot.folder = tmp_path_factory.mktemp("caught_up")
    assert play(depot, nights, missed=missed) == on_time
