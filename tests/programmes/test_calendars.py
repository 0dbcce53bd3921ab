"""School holidays, delivery days and opening hours."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendars import CalendarUnknown
from programmes.calendars import (
    add_opening_time,
    autumn_holidays,
    can_deliver_on,
    is_open,
    line_for_schools,
    next_delivery_day,
    obstacles_to_delivering,
    opening_slots,
    school_holiday,
    waves_open_on,
)
from programmes.presets import preset
from programmes.ruling import adopt_rules, vote_rules
from tests.programmes.conftest import OPENED_ON


PARIS = ZoneInfo("Europe/Paris")
SUPPORT = preset("normandie").rules_for(2026).support
moments = st.datetimes(datetime(2026, 8, 1), datetime(2027, 7, 1), timezones=st.just(PARIS))


def at(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(("zone", "first", "last"), [
    ("A", date(2027, 2, 13), date(2027, 2, 28)),
    ("B", date(2027, 2, 20), date(2027, 3, 7)),
    ("C", date(2027, 2, 6), date(2027, 2, 21)),
])  # fmt: skip
def test_winter_holidays_differ_by_zone(zone, first, last):
    assert school_holiday(first - timedelta(days=1), zone) is None
    assert school_holiday(first, zone) == school_holiday(last, zone) == "Vacances d'hiver"
    assert school_holiday(last + timedelta(days=1), zone) is None


def test_beyond_the_published_calendar_the_error_says_so():
    assert school_holiday(date(2028, 8, 31), "B") == "Vacances d'été"
    for day in (date(2028, 9, 1), date(2031, 3, 1)):
        with pytest.raises(CalendarUnknown, match="31/08/2028"):
            school_holiday(day, "B")


def test_n9_mid_year_shipments_start_after_the_autumn_holidays(campaign):
    assert autumn_holidays(2026, "B") == (date(2026, 10, 17), date(2026, 11, 1))
    assert waves_open_on(campaign, "B") == date(2026, 11, 2)
    assert campaign.rule_tree.midyear.waves[0].ship_week > waves_open_on(campaign, "B")


def test_every_obstacle_is_said(campaign):
    assert len(obstacles_to_delivering(campaign, date(2026, 11, 1), "B")) == 3
    assert obstacles_to_delivering(campaign, date(2026, 10, 5), "B") == []
    assert next_delivery_day(campaign, date(2026, 10, 17), "B") == date(2026, 11, 2)


def test_closed_days_of_the_rules_close_their_days(campaign, document):
    closed = {"first_day": "2026-09-21", "last_day": "2026-09-22", "reason": "Inventaire de l’entrepôt"}
    document["replan"]["closed_days"] = [closed]
    rules = vote_rules(
        programme=campaign.programme, document=document, note="Inventaire", by=None, on=OPENED_ON
    )
    adopt_rules(campaign=campaign, rules=rules, by=None, on=OPENED_ON)
    campaign.refresh_from_db()
    assert obstacles_to_delivering(campaign, date(2026, 9, 22), "B") == ["Inventaire de l’entrepôt"]
    assert can_deliver_on(campaign, date(2026, 9, 23), "B")


@pytest.mark.parametrize(("moment", "open_"), [
    (at(5, 7, 59), False),
    (at(5, 8), True),
    (at(5, 19, 59), True),
    (at(5, 20), False),
    (at(3, 11, 59), True),
    (at(3, 12), False),
    (at(4, 10), False),
    (at(11, 10, month=11), False),
])  # fmt: skip
def test_n13_families_are_answered_8_to_20_and_saturday_morning(moment, open_):
    assert is_open(SUPPORT.families, moment) is open_
    assert is_open(SUPPORT.families, moment.astimezone(ZoneInfo("UTC"))) is open_


def test_n13_outside_its_hours_the_schools_line_rings_at_the_families_desk():
    assert line_for_schools(SUPPORT, at(5, 8, 30)) == SUPPORT.schools
    assert line_for_schools(SUPPORT, at(5, 17)) == SUPPORT.families


def test_a_promise_of_eight_hours_made_on_friday_evening_ends_on_monday():
    assert add_opening_time(SUPPORT.families, at(2, 19), timedelta(hours=8)) == at(5, 11)


@given(moments, st.integers(1, 200))
def test_a_promise_ends_when_the_line_is_open_and_after_exactly_that_time(moment, hours):
    end = add_opening_time(SUPPORT.families, moment, timedelta(hours=hours))
    days = ((moment + timedelta(days=step)).date() for step in range((end.date() - moment.date()).days + 1))
    slots = (slot for day in days for slot in opening_slots(SUPPORT.families, day))
    spent = sum(
        (max(min(closes, end) - max(opens, moment), timedelta(0)) for opens, closes in slots), timedelta(0)
    )
    assert spent == timedelta(hours=hours)
