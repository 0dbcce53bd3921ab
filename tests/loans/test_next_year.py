"""A loan lasts three years, an enrolment one: schools see what follows the pupil, and no more (invariant 10)."""

from datetime import date, timedelta

import pytest

from accounts.enums import Role
from loans import lending
from loans.dossiers import pupils_table
from loans.enums import ConventionState
from loans.models import Convention, Loan
from programmes.campaigns import open_campaign
from schools.enums import EnrolmentState
from schools.models import Enrolment, Pupil
from support.contacts import present_enrolment
from support.finding import find_pupils
from tests.loans.conftest import DAY, NOON
from tests.loans.factories import ConventionFactory
from tests.loans.test_lending import lend
from tests.schools.factories import EnrolmentFactory, SchoolStaffFactory, UserFactory


SEPTEMBER = date(2027, 9, 1)


@pytest.fixture
def next_campaign(campaign):
    return open_campaign(preset="normandie", year=2027, by=None, on=date(2027, 7, 5))


@pytest.fixture
def loan(campaign):
    return lend(ConventionFactory(campaign=campaign, signed=True))


@pytest.fixture
def first(loan):
    return SchoolStaffFactory(school=loan.convention.enrolment.school).user


@pytest.fixture
def second(db):
    return SchoolStaffFactory().user


@pytest.fixture
def moved(loan, first, second, next_campaign):
    """The next year's file of another school names the pupil."""
    there = second.school_posts.get().school
    return EnrolmentFactory(campaign=next_campaign, school=there, pupil=loan.pupil, entered_on=SEPTEMBER)


def seen_by(user):
    return [model.objects.visible_to(user).count() for model in (Pupil, Convention, Loan)]


def leave(enrolment, on):
    Enrolment.objects.filter(pk=enrolment.pk).update(state=EnrolmentState.LEFT, left_on=on)


def test_until_a_file_of_the_new_year_the_school_still_sees_its_pupil(loan, first, second, next_campaign):
    assert (seen_by(first), seen_by(second)) == ([1, 1, 1], [0, 0, 0])


def test_the_new_years_school_sees_the_loan_and_its_convention_and_the_old_one_no_more(
    loan, moved, first, second
):
    assert (seen_by(first), seen_by(second)) == ([0, 0, 0], [1, 1, 1])
    assert list(Convention.objects.visible_to(second)) == [loan.convention]


def test_in_the_same_school_everything_is_seen_once(loan, first, next_campaign):
    here = loan.convention.enrolment.school
    EnrolmentFactory(campaign=next_campaign, school=here, pupil=loan.pupil, entered_on=SEPTEMBER)
    assert seen_by(first) == [1, 1, 1]


def test_who_left_during_the_new_year_is_seen_by_neither(loan, moved, first, second):
    leave(moved, date(2027, 11, 5))
    assert (seen_by(first), seen_by(second)) == ([0, 0, 0], [0, 0, 0])
    assert present_enrolment(loan.pupil).school == moved.school


def test_an_agent_finds_the_pupil_in_one_school(loan, moved):
    [found] = find_pupils(UserFactory(role=Role.REGION), loan.pupil.family_name)
    assert found.present_enrolments == [moved]


def test_last_years_list_stays_as_it_was(loan, moved, campaign):
    here = loan.convention.enrolment
    assert list(pupils_table(here.school, campaign)) == [here]


@pytest.mark.parametrize(
    ("has_left", "state"), [(True, ConventionState.TERMINATED), (False, ConventionState.SIGNED)]
)
def test_a_laptop_given_back_after_leaving_unbinds_whichever_year_it_was_lent_in(
    loan, moved, has_left, state
):
    if has_left:
        leave(moved, date(2027, 11, 5))
    at = NOON + timedelta(days=430)
    lending.return_device(loan=loan, by=None, on=DAY + timedelta(days=430), at=at)
    loan.convention.refresh_from_db()
    assert loan.convention.state == state
