"""The gate's rule (N7): exact at the threshold, and modest when the facts are poor (trust 59, 60, 62)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from distribution.enums import GateOutcome
from distribution.rules import decide_gate, gate_day, signatures_missing


ON = date(2026, 9, 21)
THRESHOLD = Fraction(85, 100)


def decide(rules, signed, expected, age=5):
    return decide_gate(
        signed=signed, expected=expected, data_age_hours=age, rules=rules, version="t v1", on=ON
    )


def test_it_agrees_with_fractions_up_to_two_thousand_pupils(rules):
    """Trust 59: every population, at the two counts around the threshold, and no float anywhere."""
    for expected in range(1, 2001):
        edge = -(-85 * expected // 100)
        for signed in {max(edge - 1, 0), edge, min(edge + 1, expected)}:
            passes = Fraction(signed, expected) >= THRESHOLD
            wanted = GateOutcome.CONFIRMED if passes else GateOutcome.CANCELLED
            assert decide(rules, signed, expected).outcome == wanted, (signed, expected)
            assert (signatures_missing(signed, expected, Decimal("0.85")) == 0) == passes


def test_the_missing_signatures_are_just_enough():
    for expected in range(1, 2001):
        missing = signatures_missing(0, expected, Decimal("0.85"))
        assert Fraction(missing, expected) >= THRESHOLD > Fraction(missing - 1, expected)


def test_eighty_five_per_cent_exactly_is_confirmed(rules):
    verdict = decide(rules, 85, 100)
    assert verdict.outcome == GateOutcome.CONFIRMED
    assert verdict.reasons == ("85 sur 100 élèves ont signé, soit 85,0 % ; il en faut 85 %.",)
    assert (verdict.rule, verdict.version) == ("gate.threshold", "t v1")
    assert verdict.facts["threshold"] == "0.85"


def test_a_hair_below_is_cancelled_and_never_reads_as_the_threshold(rules):
    verdict = decide(rules, 1699, 2000)
    assert verdict.outcome == GateOutcome.CANCELLED
    assert "soit 84,9 %" in verdict.reasons[0]
    assert verdict.reasons[1] == "Il manquait 1 signature."


@pytest.mark.parametrize(
    ("signed", "expected", "age", "rule"),
    [
        (0, 0, 5, "gate.minimum_population"),
        (9, 10, None, "gate.stale_data_hours"),
        (9, 10, 73, "gate.stale_data_hours"),
        (0, 10, 73, "gate.stale_data_hours"),
    ],
)
def test_poor_facts_are_left_to_a_person(rules, signed, expected, age, rule):
    verdict = decide(rules, signed, expected, age)
    assert (verdict.outcome, verdict.rule) == (GateOutcome.NEEDS_HUMAN, rule)


def test_data_just_old_enough_are_believed(rules):
    assert decide(rules, 9, 10, 72).outcome == GateOutcome.CONFIRMED


def test_a_small_school_is_left_to_a_person(rules):
    small = rules.model_copy(update={"gate": rules.gate.model_copy(update={"minimum_population": 12})})
    assert decide(small, 11, 11).outcome == GateOutcome.NEEDS_HUMAN
    assert decide(small, 12, 12).outcome == GateOutcome.CONFIRMED


def test_the_gate_is_seven_calendar_days_before_even_on_a_holiday(rules):
    assert gate_day(date(2026, 11, 18), rules) == date(2026, 11, 11)
    assert gate_day(date(2026, 10, 5), rules) == date(2026, 9, 28)
