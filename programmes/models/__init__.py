"""A programme, its voted rules, its campaigns: Programme ← RuleSet ← Campaign ← RuleAdoption."""

from programmes.models.campaign import Campaign, RuleAdoption
from programmes.models.programme import Programme
from programmes.models.rule_set import RuleSet


__all__ = ["Campaign", "Programme", "RuleAdoption", "RuleSet"]
