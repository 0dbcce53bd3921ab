"""A decision that explains itself: the answer to every « Pourquoi ? » (X6)."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule decided, for whom to read and when.

    `outcome` is a word of the rule's own enum; `reasons` are sentences for the reader; `rule` is the dotted
    path in the rule tree (`gate.threshold`); `version` names the rule set (`normandie-2026 v1`); `facts` are
    the JSON-able values the rule looked at; `on` is the day the decision is made for.
    """

    outcome: str
    reasons: tuple[str, ...]
    rule: str
    version: str
    facts: dict[str, Any]
    on: date

    def as_json(self) -> dict[str, Any]:
        """The form stored where the decision commits somebody."""
        return {
            "outcome": str(self.outcome),
            "reasons": [str(reason) for reason in self.reasons],
            "rule": self.rule,
            "version": self.version,
            "facts": self.facts,
            "on": self.on.isoformat(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read back a stored verdict; raises KeyError when a part is missing."""
        return cls(
            outcome=data["outcome"],
            reasons=tuple(data["reasons"]),
            rule=data["rule"],
            version=data["version"],
            facts=data["facts"],
            on=date.fromisoformat(data["on"]),
        )
