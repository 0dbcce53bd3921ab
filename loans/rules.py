"""What the programme decides about conventions and loans. Pure: no base, no clock."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.verdicts import Verdict
from loans.enums import ConventionState, LoanState, PaperState
from programmes.enums import MinorSigner
from programmes.rule_tree import Rules


class Actor(TextChoices):
    """Who must act next; DONE when nobody has to."""

    FAMILY = "family", gettext_lazy("the family")
    SCHOOL = "school", gettext_lazy("the school")
    SUPPLIER = "supplier", gettext_lazy("the supplier")
    DONE = "done", gettext_lazy("nobody")


@dataclass(frozen=True, slots=True)
class NextStep:
    """Who must act, and what to do, as a sentence for the school; `code` is stable, for colours and filters."""

    code: str
    actor: str
    sentence: str


def next_step(row: Any) -> NextStep:
    """The next step of a row of `loans.dossiers.pupils_table` (« who must act? », N4)."""
    code, actor, sentence = _step(row)
    return NextStep(code, actor, sentence)


def _step(row: Any) -> tuple[str, str, str]:
    if row.loan_state:
        return _with_laptop(row.loan_state)
    match row.convention_state:
        case None:
            return "no_convention", Actor.SUPPLIER, _("The convention will be made with the next import.")
        case ConventionState.SIGNED:
            return "to_equip", Actor.SUPPLIER, _("Signed: the laptop is handed over on delivery day.")
        case ConventionState.REFUSED:
            return "refused", Actor.DONE, _("The family refused. It may change its mind at any time.")
        case ConventionState.OPPOSED:
            return "opposed", Actor.SCHOOL, _("The other parent objects: the helpdesk follows it up.")
    return _unsigned(row)


def _with_laptop(state: str) -> tuple[str, str, str]:
    if state == LoanState.IN_REPAIR:
        return "in_repair", Actor.SUPPLIER, _("The laptop is in repair.")
    if state == LoanState.RETURN_DUE:
        return "return_due", Actor.FAMILY, _("The laptop must be given back.")
    return "equipped", Actor.DONE, _("The pupil has the laptop.")


def _unsigned(row: Any) -> tuple[str, str, str]:
    if row.paper_state == PaperState.PENDING:
        return "paper_pending", Actor.SUPPLIER, _("The signed paper copy is being checked.")
    if row.paper_state == PaperState.REJECTED:
        return "paper_rejected", Actor.SCHOOL, _("The paper copy was rejected: scan a new one.")
    if row.has_bounced:
        return "bounced", Actor.SCHOOL, _("The message came back: correct the e-mail address.")
    if not row.is_reachable:
        return "unreachable", Actor.SCHOOL, _("No e-mail address: print the convention, or sign at the desk.")
    if row.convention_state == ConventionState.DRAFT:
        return "to_send", Actor.SUPPLIER, _("The convention will be sent by e-mail.")
    if row.signatures_count:
        return "partly_signed", Actor.FAMILY, _("Signed by one guardian: the other has yet to sign.")
    return "to_sign", Actor.FAMILY, _("Waiting for the family’s signature.")


class Signed(TextChoices):
    """How far the signing of a convention has come. OPPOSED: nobody may sign until a person lifts the opposition."""

    NOBODY = "nobody", gettext_lazy("not signed")
    PARTLY = "partly", gettext_lazy("partly signed")
    COMPLETE = "complete", gettext_lazy("signed")
    OPPOSED = "opposed", gettext_lazy("opposed")


@dataclass(frozen=True, slots=True)
class SigningFacts:
    """What « is it signed? » looks at; persons are told apart by `Signatory.key`.

    `may_sign`: the adult pupil, or the legal guardians of the base that day. `signed`: who did, of the base or not any
    more. `by_decision`: one of them under a decision that entrusts the child. `opposed_count`: standing oppositions.
    """

    may_sign: tuple[str, ...]
    signed: frozenset[str]
    by_decision: bool = False
    opposed_count: int = 0

    @property
    def is_pupil_alone(self) -> bool:
        return self.may_sign == ("pupil",)

    @property
    def missing_count(self) -> int:
        """How many of those who may sign have not."""
        return len(set(self.may_sign) - self.signed)


def decide_signed(facts: SigningFacts, *, rules: Rules, version: str, on: date) -> Verdict:
    """Whether the signatures there are bind the family, by `signer.minor`.

    One parent's usual act is presumed agreed by the other until the other objects (Code civil, article 372-2): then
    it does no more. A single legal guardian is enough, whatever the rule; so is whoever signs under a decision.
    An adult pupil signs alone, whom no parent's objection stops.
    """
    outcome, reason = _signed(facts, rules)
    seen = {
        "may_sign": len(facts.may_sign),
        "signed": len(facts.signed),
        "missing": facts.missing_count,
        "oppositions": facts.opposed_count,
    }
    return Verdict(outcome, (reason,), "signer.minor", version, seen, on)


def _signed(facts: SigningFacts, rules: Rules) -> tuple[Signed, str]:
    if facts.opposed_count and not facts.is_pupil_alone:
        return Signed.OPPOSED, _("A parent objects: nobody can sign until the opposition is lifted.")
    if not facts.signed:
        return Signed.NOBODY, _("Nobody has signed yet.")
    if facts.by_decision:
        return Signed.COMPLETE, _("Signed under the decision that entrusts the child.")
    if facts.is_pupil_alone:
        return Signed.COMPLETE, _("The adult pupil signed.")
    if rules.signer.minor == MinorSigner.ONE:
        return Signed.COMPLETE, _("A legal guardian signed: one is enough.")
    if facts.missing_count:
        return Signed.PARTLY, _signed_by_some(facts)
    return Signed.COMPLETE, _("All the legal guardians signed.")


def _signed_by_some(facts: SigningFacts) -> str:
    required = len(facts.may_sign)
    done = required - facts.missing_count
    return ngettext(
        "Signed by %(done)d of %(required)d legal guardians; all must sign.",
        "Signed by %(done)d of %(required)d legal guardians; all must sign.",
        done,
    ) % {"done": done, "required": required}
