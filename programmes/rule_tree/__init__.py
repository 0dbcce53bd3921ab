"""The typed rule tree. `Rules` is what `campaign.rule_tree` returns; the rest are its sections."""

from programmes.rule_tree.base import Section, Term
from programmes.rule_tree.incidents import (
    Accessories,
    Depreciation,
    DepreciationStep,
    Insurance,
    KitItem,
    Repair,
    Spare,
    TheftLoss,
)
from programmes.rule_tree.leaving import Departure, DepartureOutcomes, EndOfCycle, Return
from programmes.rule_tree.people import Means, MeansBand, Population, Scale, Signer, Tenure
from programmes.rule_tree.service import Helpline, Hours, Imports, Inclusion, Privacy, Support
from programmes.rule_tree.signing import Absence, DayRange, Gate, Midyear, Replan, Signature, Wave
from programmes.rule_tree.tree import Rules


__all__ = [
    "Absence",
    "Accessories",
    "DayRange",
    "Departure",
    "DepartureOutcomes",
    "Depreciation",
    "DepreciationStep",
    "EndOfCycle",
    "Gate",
    "Helpline",
    "Hours",
    "Imports",
    "Inclusion",
    "Insurance",
    "KitItem",
    "Means",
    "MeansBand",
    "Midyear",
    "Population",
    "Privacy",
    "Repair",
    "Replan",
    "Return",
    "Rules",
    "Scale",
    "Section",
    "Signature",
    "Signer",
    "Spare",
    "Support",
    "Tenure",
    "Term",
    "TheftLoss",
    "Wave",
]
