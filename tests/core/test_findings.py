"""Findings: gathered all at once, repeats folded, each with a way to mend it."""

from core.findings import PLACES_KEPT, Finding, FindingKind, Findings, Level


NO_INE = FindingKind("no_ine", Level.BLOCKING, "No INE.", "Ask for it.")
WRONG_YEAR = FindingKind("wrong_year", Level.REFUSAL, "Another year.")


def test_four_hundred_repeats_are_one_line_with_its_first_places():
    findings = Findings(NO_INE.at(f"pupil {number}") for number in range(PLACES_KEPT + 100))
    (folded,) = findings
    assert folded.count == PLACES_KEPT + 100
    assert folded.places[:2] == ["pupil 0", "pupil 1"]
    assert len(folded.places) == PLACES_KEPT
    assert len(findings) == PLACES_KEPT + 100


def test_counts_are_by_code_in_order():
    findings = Findings([WRONG_YEAR.at("2025"), NO_INE.at("A"), NO_INE.at("B")])
    assert findings.counts() == {"no_ine": 2, "wrong_year": 1}


def test_only_a_refusal_forbids_to_apply():
    assert Findings([NO_INE.at("A")]).refusals == []
    assert [folded.code for folded in Findings([WRONG_YEAR.at()]).refusals] == ["wrong_year"]


def test_a_finding_says_what_where_and_how_to_mend_it():
    assert NO_INE.at("LEFÈVRE Zoé") == Finding(
        "no_ine", Level.BLOCKING, "No INE.", "LEFÈVRE Zoé", "Ask for it."
    )
