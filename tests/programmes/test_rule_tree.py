"""The rule tree refuses nonsense, in French, and no float decides anything."""

from decimal import Decimal

import pytest
from django.utils import translation
from pydantic import ValidationError

from programmes.rule_tree import Rules
from programmes.rule_tree.errors import sentences


def faults(document) -> list[str]:
    with translation.override("fr"), pytest.raises(ValidationError) as caught:
        Rules.read(document)
    with translation.override("fr"):
        return sentences(caught.value)


def test_n9_the_row_of_the_sheet_with_a_slip_is_refused(document):
    """Seed 004 prints « 31/03/23 → 3/03/23 »."""
    document["midyear"]["waves"] = [{"cutoff": "2023-03-31", "ship_week": "2023-03-03"}]
    (fault,) = faults(document)
    assert "3 mars 2023" in fault
    assert "31 mars 2023" in fault
    assert "ligne 1" in fault


def test_waves_out_of_order_are_refused(document):
    document["midyear"]["waves"].reverse()
    assert len(faults(document)) == 1


def test_a_float_is_refused_and_text_is_exact(document):
    document["gate"]["threshold"] = 0.85
    assert len(faults(document)) == 1
    document["gate"]["threshold"] = "0.85"
    assert Rules.read(document).gate.threshold == Decimal("0.85")


@pytest.mark.parametrize(("section", "name", "value"), [
    ("gate", "threshold", "1.01"),
    ("gate", "threshold", "0"),
    ("gate", "days_before", 0),
    ("gate", "days_before", "seven"),
    ("absence", "few_max", -1),
    ("absence", "second_visit_day_kind", "lunar"),
    ("population", "entry_levels", []),
    ("population", "entry_levels", ["2de"]),
    ("population", "departments", ["Calvados"]),
    ("signature", "reminders_after_days", [10, 5]),
    ("signature", "reminders_after_days", [60]),
    ("return", "bill_after_days", 45),
    ("depreciation", "steps", [{"from_months": 12, "value_share": "1"}]),
    ("end_of_cycle", "family_may_choose", True),
    ("replan", "closed_days", [{"first_day": "2026-12-31", "last_day": "2026-12-24", "reason": "Inventaire"}]),
    ("sources", "gate.colour", "nobody"),
    ("gate", "colour", "blue"),
])  # fmt: skip
def test_nonsense_is_refused_in_one_french_sentence(document, section, name, value):
    document[section][name] = value
    (fault,) = faults(document)
    assert fault
    assert "Input should" not in fault
    assert "Value error" not in fault


def test_the_sentence_names_the_place_in_french(document):
    document["gate"]["threshold"] = "2"
    assert faults(document) == [
        "Confirmation d’une livraison › Taux de signature à atteindre\u00a0: la valeur doit être au plus 1."
    ]


def test_rules_are_frozen(document):
    tree = Rules.read(document)
    with pytest.raises(ValidationError):
        tree.gate.threshold = Decimal("0.5")


def test_paths_reach_values_and_sources_are_inherited(document):
    tree = Rules.read(document)
    assert tree.value_at("gate.threshold") == Decimal("0.85")
    assert tree.value_at("return.bill_after_days") == 75
    assert tree.source_of("departure.outcomes.unknown").startswith("Par défaut")
    assert tree.source_of("replan.teams_count") == tree.source_of("replan")
    with pytest.raises(KeyError):
        tree.value_at("gate.colour")


@pytest.mark.parametrize(
    ("months", "euros"), [(0, "450.00"), (11, "450.00"), (12, "315.00"), (47, "67.50"), (99, "0.00")]
)
def test_value_falls_with_age_to_the_cent(document, months, euros):
    assert Rules.read(document).depreciation.value_amount(months) == Decimal(euros)
