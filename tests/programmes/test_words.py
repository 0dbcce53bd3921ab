"""Values of the rules read aloud."""

from datetime import time
from decimal import Decimal

import pytest

from programmes.enums import Outcome
from programmes.rule_tree import Term
from programmes.words import in_words


@pytest.mark.parametrize(("value", "unit", "words"), [
    (Decimal("0.85"), "share", "85 %"),
    (Decimal("0.025"), "share", "2,5 %"),
    (Decimal(80), "euros", "80 €"),
    (Decimal("315.50"), "euros", "315,50 €"),
    (None, "euros", "pas encore voté"),
    (True, "", "oui"),
    (False, "", "non"),
    (0, "times", "jamais"),
    (1, "times", "une seule fois"),
    (2, "times", "2 fois"),
    (1, "days", "1 jour"),
    (5, "working days", "5 jours ouvrés"),
    (61000, "devices", "61 000 équipements"),
    (2026, "year", "2026"),
    (time(8, 30), "time", "8 h 30"),
    ("06-01", "month day", "1er juin"),
    ((0, 1, 2, 3, 4), "weekday", "du lundi au vendredi"),
    ((0, 2), "weekday", "lundi, mercredi"),
    ((5,), "weekday", "samedi"),
    ((3,), "days", "3 jours"),
    ((3, 10, 20), "days", "3, 10 et 20 jours"),
    ((), "days", "aucun"),
    (("2381", "9999"), "level", "Seconde professionnelle, niveau 9999"),
    (Outcome.KEEP, "", "le garde"),
    (("14", "76"), "", "14, 76"),
])  # fmt: skip
def test_a_value_is_said_in_french(value, unit, words):
    said = in_words(value, Term("", unit))
    assert said.replace("\u00a0", " ").replace("\u202f", " ") == words
