"""Working-day arithmetic (DESIGN §5)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendars import (
    CalendarUnknown,
    add_days,
    add_working_days,
    is_working_day,
    next_working_day,
    working_day_on_or_after,
    working_day_on_or_before,
)


days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
counts = st.integers(0, 60)


@given(days, counts.filter(bool))
def test_the_result_is_a_working_day_and_exactly_that_many_days_lie_between(day, count):
    result = add_working_days(day, count)
    assert is_working_day(result)
    between = (day + timedelta(days=step) for step in range(1, (result - day).days + 1))
    assert sum(map(is_working_day, between)) == count


@given(days, counts, counts.filter(bool))
def test_two_delays_follow_each_other(day, first, second):
    start = working_day_on_or_after(day)
    assert add_working_days(add_working_days(start, first), second) == add_working_days(start, first + second)


@given(days, days, counts)
def test_a_later_start_never_ends_sooner(one, other, count):
    sooner, later = sorted([one, other])
    assert add_working_days(sooner, count) <= add_working_days(later, count)


@given(days)
def test_working_days_surround_the_day(day):
    assert day < next_working_day(day)
    assert working_day_on_or_before(next_working_day(day) - timedelta(days=1)) == working_day_on_or_before(
        day
    )
    assert working_day_on_or_before(day) <= day <= working_day_on_or_after(day)


@given(days, counts)
def test_calendar_days_are_plain_addition(day, count):
    assert add_days(day, count, working=False) - day == timedelta(days=count)
    assert add_days(day, count, working=True) == add_working_days(day, count)


@pytest.mark.parametrize(("day", "name"), [
    (date(2026, 11, 11), "Armistice"),
    (date(2027, 3, 29), "Easter Monday"),
    (date(2027, 5, 6), "Ascension"),
    (date(2027, 5, 17), "Whit Monday"),
    (date(2026, 10, 3), "a Saturday"),
    (date(2026, 10, 4), "a Sunday"),
])  # fmt: skip
def test_no_work_on_that_day(day, name):
    assert not is_working_day(day), name


def test_n8_parcels_within_five_working_days_step_over_armistice_day():
    assert add_working_days(date(2026, 11, 9), 5) == date(2026, 11, 17)


def test_a_negative_delay_is_a_mistake():
    with pytest.raises(ValueError, match="negative"):
        add_working_days(date(2026, 10, 5), -1)


def test_a_year_without_calendar_is_said_aloud():
    with pytest.raises(CalendarUnknown, match="2500"):
        is_working_day(date(2500, 1, 4))
