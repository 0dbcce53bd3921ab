"""A date typed wrong in a calendar is refused before it costs a delivery (trust 41)."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from core.refusals import Refused
from programmes.models import RuleSet
from programmes.presets import preset
from programmes.rule_tree import Rules
from programmes.ruling import vote_rules


DAYS = st.dates(date(2026, 9, 1), date(2027, 6, 30))
quick = settings(
    max_examples=100, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def document_with(*waves: tuple[date, date]) -> dict:
    document = preset("normandie").rules_for(2026).as_document()
    document["midyear"]["waves"] = [
        {"cutoff": cutoff.isoformat(), "ship_week": week.isoformat()} for cutoff, week in waves
    ]
    return document


def vote(campaign, *waves):
    return vote_rules(
        programme=campaign.programme,
        document=document_with(*waves),
        note="Calendrier",
        by=None,
        on=date(2026, 9, 1),
    )


@pytest.mark.trust(41)
@pytest.mark.django_db
def test_the_slip_of_the_real_calendar_is_refused_and_nothing_is_kept(campaign):
    """The sheet of 2022 prints « 31/03/23 → 3/03/23 » for 3 April."""
    before = RuleSet.objects.count()
    with pytest.raises(Refused) as refusal:
        vote(campaign, (date(2027, 3, 31), date(2027, 3, 3)))
    assert refusal.value.code == "rules_invalid"
    assert "3 mars 2027" in refusal.value.sentence
    assert RuleSet.objects.count() == before
    assert vote(campaign, (date(2027, 3, 31), date(2027, 4, 5))).number == 2


@pytest.mark.trust(41)
@quick
@given(DAYS, DAYS)
def test_a_delivery_is_accepted_exactly_when_it_follows_its_cut_off(cutoff, week):
    if week > cutoff:
        assert Rules.read(document_with((cutoff, week)))
    else:
        with pytest.raises(ValidationError):
            Rules.read(document_with((cutoff, week)))


@pytest.mark.trust(41)
@quick
@given(DAYS, st.integers(-60, 60), st.integers(-60, 60))
def test_two_waves_follow_each_other_or_are_refused(cutoff, later_cutoff, later_week):
    week = cutoff + timedelta(days=3)
    second = cutoff + timedelta(days=later_cutoff), week + timedelta(days=later_week)
    is_right = second[0] > cutoff and second[1] > week and second[1] > second[0]
    try:
        Rules.read(document_with((cutoff, week), second))
    except ValidationError:
        assert not is_right
    else:
        assert is_right
