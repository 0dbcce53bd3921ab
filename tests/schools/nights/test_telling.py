"""The night's report by e-mail: once to each person it concerns, and only if something happened (invariant 8)."""

from datetime import timedelta

import pytest

from accounts.enums import Role
from core.models import Message
from schools.models import School, SchoolStaff
from schools.nights.telling import tell_nights
from tests.schools.factories import SchoolStaffFactory, UserFactory
from tests.schools.nights.conftest import FIRST, instant, nth


@pytest.fixture
def people(depot):
    """A region's officer, the head of each school, and a bursar of both."""
    first, second = (School.objects.get(uai=school.uai) for school in depot.region.schools)
    bursar = SchoolStaffFactory(school=first).user
    SchoolStaff.objects.create(school=second, user=bursar, function="bursar", started_on=FIRST)
    return {
        "officer": UserFactory(role=Role.REGION),
        "first": SchoolStaffFactory(school=first).user,
        "second": SchoolStaffFactory(school=second).user,
        "bursar": bursar,
    }


def tell(on) -> int:
    return tell_nights(on=on, at=instant(on))["written"]


def to(user) -> list[Message]:
    return list(Message.objects.filter(to_address=user.email).order_by("pk"))


def test_each_person_hears_once_of_a_night(depot, people):
    depot.drop(FIRST)
    depot.ring(FIRST)
    assert tell(FIRST) == 4
    depot.ring(FIRST)
    assert tell(FIRST) == 0
    [message] = to(people["bursar"])
    assert all(school.uai in message.body for school in depot.region.schools)
    [message] = to(people["first"])
    assert "40 arrivées" in message.subject
    assert depot.region.schools[1].uai not in message.body
    assert "80 arrivées" in to(people["officer"])[0].subject


def test_a_message_names_no_pupil(depot, people):
    depot.drop(FIRST)
    depot.ring(FIRST)
    tell(FIRST)
    bodies = " ".join(Message.objects.values_list("body", flat=True))
    assert [
        pupil.family_name for pupil in depot.region.schools[0].pupils if pupil.family_name in bodies
    ] == []


def test_a_night_in_which_nothing_happened_is_not_told(depot, people):
    depot.drop(FIRST)
    depot.ring(FIRST)
    tell(FIRST)
    depot.drop(nth(1))
    depot.ring(nth(1))
    depot.ring(nth(2))
    assert tell(nth(2)) == 0


def test_only_the_schools_of_those_who_came_and_went_hear(depot, people):
    depot.drop(FIRST)
    depot.ring(FIRST)
    tell(FIRST)
    depot.region.schools[0].pupils[0].exit_on = FIRST - timedelta(days=1)
    depot.drop(nth(1))
    depot.ring(nth(1))
    assert tell(nth(1)) == 3
    assert "1 départ" in to(people["first"])[-1].subject
    assert len(to(people["second"])) == 1


def test_a_held_file_is_told_to_its_school_and_to_the_region(depot, people):
    depot.drop(FIRST)
    depot.ring(FIRST)
    tell(FIRST)
    depot.region.schools[0].pupils = depot.region.schools[0].pupils[:20]
    depot.drop(nth(1), depot.region.schools[0])
    depot.ring(nth(1))
    tell(nth(1))
    assert "retenu" in to(people["first"])[-1].body
    assert depot.region.schools[0].uai in to(people["officer"])[-1].body
    assert len(to(people["second"])) == 1
