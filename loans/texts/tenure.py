"""Whose laptop it is, and whether it may ever be asked back: what several articles depend on."""

from programmes.enums import DepartureReason, Outcome, TenureForm
from programmes.rule_tree import Rules


LOANS = (TenureForm.LOAN, TenureForm.LOAN_THEN_CESSION)


def is_lent(rules: Rules) -> bool:
    return rules.tenure.form in LOANS


def outcomes(rules: Rules) -> set[Outcome]:
    """What may become of the laptop, by any departure."""
    return {rules.departure.outcome_for(reason) for reason in DepartureReason}


def may_be_asked_back(rules: Rules) -> bool:
    """Whether a family may have to give it back: by a departure, at a summer's collection, or not knowing why."""
    is_asked = (
        rules.departure.outcomes.unknown != Outcome.KEEP
    )  # nobody knows where the pupil went: it is asked
    return is_asked or Outcome.RETURN in outcomes(rules) or rules.end_of_cycle.summer_collection


def may_be_kept(rules: Rules) -> bool:
    """Whether a laptop that was lent may stay with the pupil once schooling is over."""
    return is_lent(rules) and rules.departure.outcomes.end_of_schooling != Outcome.RETURN
