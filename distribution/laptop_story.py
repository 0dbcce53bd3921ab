"""Once the laptop is in the pupil's hands: repairs, replacements, the return, as the log of its loans tells (X5)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.languages import isolated
from core.templatetags.dates import long_date, plain_date
from loans.enums import OPEN_LOAN, LoanEnd, LoanKind, LoanState
from loans.models import Convention, Loan, LoanLog


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the story; `status` is done, current, next or problem."""

    title: str
    status: str
    when: str = ""
    text: str = ""


def loans_of(convention: Convention) -> QuerySet[Loan]:
    """The laptops this pupil had under this convention, and the one in hand now; mistakes left out."""
    mine = Q(convention=convention) | Q(pupil=convention.pupil_id, state__in=OPEN_LOAN)
    loans = Loan.objects.filter(mine).exclude(end_reason=LoanEnd.UNDONE)
    return loans.select_related("device__model").prefetch_related("log").order_by("started_on", "pk")


def loan_steps(loans: list[Loan]) -> list[Step]:
    """From the day of the handover to where the laptop is now; empty before any handover."""
    main = [loan for loan in loans if loan.kind == LoanKind.MAIN]
    steps = [step for loan in main for step in _steps_of(loan)]
    lent_meanwhile = [loan for loan in loans if loan.kind == LoanKind.SUBSTITUTE and loan.state in OPEN_LOAN]
    return steps + [_substitute_step(loan) for loan in lent_meanwhile]


def _steps_of(loan: Loan) -> Iterator[Step]:
    yield _handed_over_step(loan)
    moves = list(loan.log.all())
    for move in moves:
        is_now = loan.state in OPEN_LOAN and move is moves[-1]
        step = _step_of(loan, move, is_now=is_now)
        if step:
            yield step


def _handed_over_step(loan: Loan) -> Step:
    words = {
        "model": isolated(loan.device.model),
        "tag": isolated(loan.device.asset_tag),
        "serial": isolated(loan.device.masked_serial),
    }
    title = _("Replaced by another laptop") if loan.replaces_id else _("The laptop in hand")
    text = _("%(model)s, label %(tag)s, serial number %(serial)s") % words
    return Step(title, "done", long_date(loan.started_on), text)


def _substitute_step(loan: Loan) -> Step:
    return Step(
        _("Another laptop, lent meanwhile"), "done", long_date(loan.started_on), isolated(loan.device.model)
    )


def _step_of(loan: Loan, move: LoanLog, *, is_now: bool) -> Step | None:
    """What one move of a loan means to a family; None for what it need not know."""
    when, status = plain_date(move.at), "current" if is_now else "done"
    match move.to_state:
        case LoanState.IN_REPAIR:
            return Step(
                _("In repair"),
                status,
                when,
                _("It comes back to the school once repaired.") if is_now else "",
            )
        case LoanState.ACTIVE if move.from_state == LoanState.IN_REPAIR:
            return Step(_("Back from repair"), "done", when)
        case LoanState.RETURN_DUE:
            return _return_step(loan, when, status)
        case LoanState.STOLEN:
            return Step(_("Reported as stolen"), "problem", when)
        case LoanState.LOST:
            return Step(_("Reported as lost"), "problem", when)
        case LoanState.CLOSED:
            return _end_step(loan, when)
    return None


def _return_step(loan: Loan, when: str, status: str) -> Step:
    if status == "done" or loan.due_on is None:
        return Step(_("Asked back"), status, when)
    expected = _("The laptop is expected back by %(day)s.") % {"day": plain_date(loan.due_on)}
    return Step(_("To give back"), status, when, expected)


def _end_step(loan: Loan, when: str) -> Step | None:
    titles = {LoanEnd.RETURNED: _("Given back"), LoanEnd.CEDED: _("It now belongs to the pupil")}
    title = titles.get(LoanEnd(loan.end_reason)) if loan.end_reason else None
    return Step(title, "done", when) if title else None  # a replaced laptop is told by the next one
