"""People who look at the fictitious region's schools; the clock stands at the night being played."""

from datetime import datetime, time

import pytest
import time_machine

from accounts.enums import Role
from schools.models import School
from tests.schools.factories import SchoolStaffFactory, UserFactory


@pytest.fixture
def region_officer(db):
    return UserFactory(role=Role.REGION)


@pytest.fixture
def head(running):
    """The head of the fictitious region's first school."""
    return SchoolStaffFactory(school=School.objects.get(uai=running.school.uai)).user


@pytest.fixture
def tonight(running):
    with time_machine.travel(datetime.combine(running.on, time(9)), tick=False):
        yield running
