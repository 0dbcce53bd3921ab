"""What the rules grant (N10, N11) and what becomes of the laptop of a leaver (N12), in tables."""

from datetime import date

import pytest

from programmes.enums import DepartureReason
from programmes.presets import preset
from support.enums import DepartureOutcome, Entitlement, InterventionKind, TicketKind
from support.rules import (
    DepartureFacts,
    DisappearanceFacts,
    Grant,
    RepairFacts,
    departure_outcome,
    repair_entitlement,
    replacement_entitlement,
    return_due_on,
)


ON = date(2026, 11, 20)
VERSION = "normandie-2026 v1"
REPAIR = Grant(InterventionKind.REPAIR, date(2026, 10, 12))
EXCHANGE = Grant(InterventionKind.REPLACEMENT, date(2026, 10, 1))
THEFT = Grant(InterventionKind.THEFT_REPLACEMENT, date(2026, 10, 12))
LOSS = Grant(InterventionKind.LOSS_REPLACEMENT, date(2026, 10, 12))


def rules_of(**changes):
    """Normandie's rules of 2026, some sections changed: `rules_of(repair={"free_repairs": 2})`."""
    tree = preset("normandie").rules_for(2026)
    sections = {name: getattr(tree, name).model_copy(update=values) for name, values in changes.items()}
    return tree.model_copy(update=sections)


def repair(grants=(), rules=None, **facts):
    return repair_entitlement(
        RepairFacts(**{"has_loan": True, "grants": tuple(grants)} | facts), rules or rules_of(), VERSION, ON
    )


def replacement(incident, declared_on=date(2026, 11, 18), grants=(), rules=None, has_loan=True):
    facts = DisappearanceFacts(has_loan, incident, declared_on, tuple(grants))
    return replacement_entitlement(facts, rules or rules_of(), VERSION, ON)


@pytest.mark.parametrize(
    ("grants", "rules", "outcome"),
    [
        ([], {}, Entitlement.GRANTED),
        ([REPAIR], {}, Entitlement.REFUSED),
        ([EXCHANGE], {}, Entitlement.REFUSED),  # « cette réparation ou remplacement »
        ([THEFT], {}, Entitlement.GRANTED),  # a theft is another right
        ([EXCHANGE], {"shared_with_replacement": False}, Entitlement.GRANTED),
        ([REPAIR], {"free_repairs": 2}, Entitlement.GRANTED),
        ([REPAIR, EXCHANGE], {"free_repairs": 2}, Entitlement.REFUSED),
        ([REPAIR], {"who_pays_beyond": "authority"}, Entitlement.GRANTED),
        ([], {"free_repairs": 0}, Entitlement.REFUSED),
        ([Grant(InterventionKind.REPAIR, date(2026, 8, 31))], {"period": "year"}, Entitlement.GRANTED),
        ([Grant(InterventionKind.REPAIR, date(2026, 9, 1))], {"period": "year"}, Entitlement.REFUSED),
    ],
)
def test_one_repair_or_one_replacement_is_free(grants, rules, outcome):
    """N10, and the parameters by which other programmes differ (X12)."""
    assert repair(grants, rules_of(repair=rules)).outcome == outcome


def test_the_refusal_of_a_second_repair_says_when_the_first_was_granted():
    verdict = repair([REPAIR])
    assert verdict.reasons[0] == (
        "Une réparation ou un remplacement n’est possible qu’une seule fois\u00a0; "
        "une réparation a déjà été accordée le 12 octobre 2026."
    )
    assert (verdict.rule, verdict.version, verdict.on) == ("repair.free_repairs", VERSION, ON)


def test_a_pupil_without_a_laptop_has_no_right():
    assert repair(has_loan=False).outcome == Entitlement.REFUSED
    assert replacement(TicketKind.THEFT, has_loan=False).outcome == Entitlement.REFUSED


def test_negligence_is_refused_only_where_it_was_voted():
    assert repair(is_negligence=True).outcome == Entitlement.GRANTED
    strict = rules_of(repair={"negligence_excluded": True})
    assert repair(is_negligence=True, rules=strict).outcome == Entitlement.REFUSED


@pytest.mark.parametrize(
    ("incident", "declared_on", "grants", "rules", "outcome"),
    [
        ("theft", None, [], {}, Entitlement.NEEDS_REPORT),
        ("theft", ON, [], {}, Entitlement.GRANTED),
        ("theft", ON, [THEFT], {}, Entitlement.REFUSED),
        ("theft", None, [THEFT], {}, Entitlement.REFUSED),  # no use asking for a report
        ("theft", ON, [LOSS], {}, Entitlement.REFUSED),  # one right for both
        ("theft", ON, [LOSS], {"shared_counter": False}, Entitlement.GRANTED),
        ("theft", ON, [REPAIR], {}, Entitlement.GRANTED),
        ("loss", None, [], {}, Entitlement.NEEDS_REPORT),
        ("loss", None, [], {"police_report_for_loss": False}, Entitlement.GRANTED),
        ("loss", ON, [], {"loss_max": 0}, Entitlement.REFUSED),
    ],
)
def test_a_missing_laptop_is_replaced_once_with_a_report(incident, declared_on, grants, rules, outcome):
    """N11."""
    assert replacement(incident, declared_on, grants, rules_of(theft_loss=rules)).outcome == outcome


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        (DepartureReason.MEMBER_SCHOOL, DepartureOutcome.KEEP),
        (DepartureReason.APPRENTICE_IN_CLASS, DepartureOutcome.KEEP),
        (DepartureReason.NON_MEMBER_SCHOOL, DepartureOutcome.RETURN),
        (DepartureReason.OTHER_REGION, DepartureOutcome.RETURN),
        (DepartureReason.APPRENTICE_CENTRE, DepartureOutcome.RETURN),
        (DepartureReason.END_OF_SCHOOLING, DepartureOutcome.RETURN),
        (DepartureReason.UNKNOWN, DepartureOutcome.ASK),
    ],
)
def test_each_reason_for_leaving_has_its_outcome(reason, outcome):
    """N12, seed 004."""
    verdict = departure_outcome(DepartureFacts(reason), rules_of(), VERSION, ON)
    assert (verdict.outcome, verdict.rule) == (outcome, f"departure.outcomes.{reason}")
    assert verdict.as_json()["reasons"][-1].endswith(".")


def test_where_leavers_keep_their_laptop_nobody_is_asked_anything():
    """Pays de la Loire keeps, Grand Est cedes (X12)."""
    outcomes = rules_of().departure.outcomes.model_copy(
        update={"unknown": "keep", "end_of_schooling": "cession"}
    )
    rules = rules_of(departure={"outcomes": outcomes})
    assert departure_outcome(DepartureFacts("unknown"), rules, VERSION, ON).outcome == "keep"
    assert departure_outcome(DepartureFacts("end_of_schooling"), rules, VERSION, ON).outcome == "cession"


def test_the_laptop_is_due_after_the_voted_days():
    assert return_due_on(ON, rules_of()) == date(2026, 12, 5)


def test_a_verdict_can_be_stored_and_read_back():
    verdict = replacement("theft")
    assert type(verdict).from_json(verdict.as_json()).facts["police_report_on"] == "2026-11-18"
