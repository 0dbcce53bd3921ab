"""Each rule that touches a family is in the convention, and each clause is carried out by somebody (issue 4 §1)."""

import ast
import re
from decimal import Decimal

import pytest

from loans.texts import Parties, convention_sections
from loans.texts.unsaid import BY_PEOPLE, NOT_IN_THE_CONVENTION, carried_out_by_people, reason_unsaid
from programmes.enums import DepartureReason
from programmes.presets import preset, preset_names
from programmes.rule_tree import Rules
from tests.loans.texts.rule_walk import leaves
from tests.sources import PACKAGES, python_files, source_of, template_files, template_source


PARTIES = Parties("Région Essai", "Ordi pour tous", "2026-2027")
TOLD_BY = ("loans/texts/", "programmes/", "loans/essentials", "loans/summaries")


def text(rules):
    return str(convention_sections(rules, PARTIES))


def generous() -> Rules:
    """Every clause that rules can open, opened."""
    tree = preset("normandie").rules_for(2026)
    changes = {
        "insurance": {"kind": "programme", "premium_amount": Decimal(12), "deposit_amount": Decimal(30)},
        "return": {"missing_items_billed": True, "late_fee_amount": Decimal(5)},
        "end_of_cycle": {"default": "buyout", "family_may_choose": True, "choice_window_days": 30},
        "theft_loss": {"theft_max": 2},
        "means": {"required": True, "bands": [{"max_quotient_amount": 900, "aid_amount": 80}]},
        "inclusion": {"priorities": ["internes"]},
    }
    document = tree.as_document()
    for section, values in changes.items():
        document[section] |= values
    document["departure"]["outcomes"]["end_of_schooling"] = "buyout"
    return Rules.read(document)


def gift() -> Rules:
    document = preset("normandie").rules_for(2026).as_document()
    document["tenure"] |= {"form": "gift_with_retention", "retention_years": 3}
    return Rules.read(document)


BASES = [*(preset(name).rules_for(2026) for name in preset_names()), generous(), gift()]


def said() -> dict[str, bool]:
    """Each leaf of the tree, and whether another value of it changes the text under one set of rules at least."""
    found: dict[str, bool] = {}
    for base in BASES:
        before = text(base)
        for path, others in leaves(base):
            found[path] = found.get(path, False) or any(text(other) != before for other in others)
    return found


SAID = said()


def test_the_walk_reaches_every_rule_of_the_tree():
    known = {path for base in BASES for path, _term, _value in base.leaves()}
    assert len(known) > 120
    assert known <= {path.partition("@")[0] for path in SAID} | EMPTY


EMPTY = {
    "replan.closed_days"
}  # a table that no programme fills; the school's days, listed in the table below


def test_each_rule_changes_the_convention_or_says_why_not():
    """A new rule turns this red: write its clause in `loans/texts/`, or its reason in `loans/texts/unsaid.py`."""
    assert [path for path, is_said in SAID.items() if not is_said and not reason_unsaid(path)] == SILENT


SILENT = ["accessories.kit.code"]  # the name that computers use for an item


def test_no_reason_outlives_the_silence_it_explains():
    assert [path for path, is_said in SAID.items() if is_said and reason_unsaid(path)] == []


@pytest.mark.parametrize("path", [*NOT_IN_THE_CONVENTION, *BY_PEOPLE])
def test_each_reason_is_about_a_rule_of_the_tree(path):
    assert BASES[0].has(path)


def test_what_the_text_promises_is_applied_by_the_portal_or_by_people_we_name():
    applied = names_read_by_the_code()
    promised = [path for path, is_said in SAID.items() if is_said and not carried_out_by_people(path)]
    assert [path for path in promised if path.rpartition(".")[2] not in applied] == []


def names_read_by_the_code() -> set[str]:
    """The attributes read outside the modules that only tell the rules; outcomes are asked by their reason."""
    found = {reason.value for reason in DepartureReason}
    for template in template_files():
        found |= set(re.findall(r"\.(\w+)", template_source(template)))
    for path in python_files(*PACKAGES):
        if not any(folder in str(path) for folder in TOLD_BY):
            tree = ast.parse(source_of(path))
            found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return found
