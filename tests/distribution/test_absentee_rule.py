"""What is done for absentees (N8), and which wave packs whom (N9)."""

from datetime import date, timedelta

import pytest

from distribution.enums import Absentees
from distribution.rules import settle_absentees, wave_to_pack


FRIDAY = date(2026, 9, 25)


CLOSED = date(2026, 9, 30)


def first_open_day(day):
    """Monday to Friday, with one closed day."""
    while day.weekday() > 4 or day == CLOSED:
        day += timedelta(days=1)
    return day


def settle(rules, absent, on=FRIDAY, **options):
    return settle_absentees(
        absent_count=absent, rules=rules, version="t v1", on=on, first_open_day=first_open_day, **options
    )


@pytest.mark.parametrize(
    ("absent", "outcome", "due_on"),
    [
        (0, Absentees.NOBODY, None),
        (1, Absentees.PARCELS, "2026-10-02"),
        (4, Absentees.PARCELS, "2026-10-02"),
        (5, Absentees.SECOND_VISIT, "2026-10-01"),
        (60, Absentees.SECOND_VISIT, "2026-10-01"),
    ],
)
def test_four_get_parcels_and_five_a_second_visit(rules, absent, outcome, due_on):
    """« En dessous de 5 élèves » : 4 is few, 5 is not. The second visit of a Friday would fall on a closed day."""
    verdict = settle(rules, absent)
    assert (verdict.outcome, verdict.facts["due_on"]) == (outcome, due_on)


def test_the_second_visit_may_count_working_days(rules):
    working = rules.model_copy(
        update={"absence": rules.absence.model_copy(update={"second_visit_day_kind": "working"})}
    )
    assert settle(working, 5).facts["due_on"] == "2026-10-02"


def test_nobody_comes_a_third_time(rules):
    verdict = settle(rules, 9, is_second_visit=True)
    assert verdict.outcome == Absentees.PARCELS


@pytest.mark.parametrize(
    ("on", "week"),
    [
        (date(2026, 11, 5), None),
        (date(2026, 11, 6), date(2026, 11, 9)),
        (date(2026, 11, 13), date(2026, 11, 9)),
        (date(2026, 11, 14), None),
        (date(2026, 11, 20), date(2026, 11, 23)),
    ],
)
def test_a_wave_is_packed_from_its_cut_off_to_the_end_of_its_week(rules, on, week):
    """The sheet's rows of 2022 (4/11 → 7/11, 18/11 → 21/11) fall on these days in 2026."""
    wave = wave_to_pack(rules.midyear, on)
    assert (wave and wave.ship_week) == week
