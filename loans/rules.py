"""What the programme decides about conventions and loans. Pure: no base, no clock."""

from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loans.enums import ConventionState, LoanState, PaperState


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
    """The next step of a row of `loans.progress.pupils_table` (« who must act? », N4)."""
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
    return "to_sign", Actor.FAMILY, _("Waiting for the family’s signature.")
