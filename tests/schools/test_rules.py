"""Majority and eligibility, without a base (N2, N3, X6)."""

from dataclasses import replace
from datetime import date

import pytest

from programmes.presets import preset
from schools.rules import (
    EligibilityFacts,
    age_on,
    eligibility,
    is_adult,
    is_in_departments,
)


RULES = preset("normandie").rules_for(2026)
ON = date(2026, 9, 8)
FACTS = EligibilityFacts(
    has_ine=True,
    level="2211",
    study="Seconde générale et technologique",
    status="ST",
    is_repeater=False,
    joined_from="0141816Y",
    comes_from_outside=True,
    school_kind="lycee_gt",
    school_sector="public",
    school_department="014",
    school_is_member=True,
    school_has_label=False,
)


def judge(**changes):
    return eligibility(replace(FACTS, **changes), RULES, "normandie-2026 v1", ON)


@pytest.mark.parametrize("level", ["2211", "2381", "2321"])
def test_every_pupil_of_seconde_and_first_year_of_cap_is_equipped(level):
    verdict = judge(level=level)
    assert (verdict.outcome, verdict.rule) == ("eligible", "population.entry_levels")
    assert len(verdict.reasons) == 1


@pytest.mark.parametrize("level", ["2212", "2382", "2322"])
def test_in_mid_course_only_newcomers_and_repeaters_for_equity(level):
    assert judge(level=level, comes_from_outside=True).rule == "population.newcomers_admitted"
    assert (
        judge(level=level, comes_from_outside=False, is_repeater=True).rule == "population.repeaters_admitted"
    )
    stays = judge(level=level, comes_from_outside=False)
    assert (stays.outcome, stays.rule) == ("not_eligible", "population.mid_course_levels")


def test_an_unknown_last_school_is_said_and_does_not_make_a_newcomer():
    verdict = judge(level="2212", joined_from="", comes_from_outside=None)
    assert verdict.outcome == "not_eligible"
    assert verdict.reasons != judge(level="2212", comes_from_outside=False).reasons


@pytest.mark.parametrize("level", ["2213", "2383", "2311", "3111", ""])
def test_other_levels_are_not_equipped(level):
    assert judge(level=level, is_repeater=True).outcome == "not_eligible"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"school_is_member": False}, "population.membership_required"),
        ({"school_kind": "college"}, "population.school_kinds"),
        ({"school_department": "072"}, "population.departments"),
        ({"status": "AP"}, "population.statuses"),
        ({"has_ine": False}, "population.entry_levels"),
    ],
)
def test_each_obstacle_has_its_rule_and_its_sentence(changes, rule):
    verdict = judge(**changes)
    assert (verdict.outcome, verdict.rule, len(verdict.reasons)) == ("not_eligible", rule, 1)


def test_every_obstacle_is_told_at_once():
    assert len(judge(level="2213", school_is_member=False, status="AP").reasons) == 3


def test_the_verdict_keeps_its_facts_its_version_and_its_day():
    stored = judge().as_json()
    assert (stored["version"], stored["on"]) == ("normandie-2026 v1", "2026-09-08")
    assert stored["facts"]["level"] == "2211"


@pytest.mark.parametrize(
    ("written", "allowed"), [("014", "14"), ("02A", "2A"), ("720", "2B"), ("974", "974"), ("", "14")]
)
def test_departments_as_the_directory_writes_them(written, allowed):
    assert is_in_departments(written, [allowed])
    assert not is_in_departments("075", [allowed])


def test_majority_comes_on_the_birthday():
    assert not is_adult(date(2008, 9, 9), ON)
    assert is_adult(date(2008, 9, 8), ON)
    assert age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert age_on(date(2008, 2, 29), date(2026, 3, 1)) == 18
