"""What the page of one delivery shows: its steps, its figures, the pupils behind them."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.dates import long_date, plain_date
from distribution.desk import line_counts
from distribution.enums import DeliveryKind, DeliveryState, GateOutcome, LineState
from distribution.laptop_story import Step
from distribution.models import Delivery, DeliveryLine
from distribution.rules import signatures_missing
from loans.dossiers import pupils_table
from loans.enums import ConventionState
from loans.progress import Progress, progress_of
from schools.enums import Eligibility
from schools.models import Enrolment


FACT_NAMES = {
    "signed": gettext_lazy("Pupils who signed"),
    "expected": gettext_lazy("Pupils expected"),
    "threshold": gettext_lazy("Threshold"),
    "partly_signed": gettext_lazy("Signed by one guardian, waiting for the other"),
    "opposed": gettext_lazy("Stopped by a parent’s objection"),
    "data_age_hours": gettext_lazy("Hours since the last enrolment file"),
    "absent": gettext_lazy("Absent pupils"),
    "few_max": gettext_lazy("Parcels up to"),
    "due_on": gettext_lazy("Deadline"),
}
DAY_OVER = (DeliveryState.OPEN, DeliveryState.CLOSED)


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """`missing_count` signatures would reach the threshold today; `counts` are the lines by state."""

    progress: Progress
    missing_count: int
    counts: dict[str, int]
    steps: list[Step]
    awaited: list[Enrolment]
    lines: list[DeliveryLine]
    checked_rate: Decimal

    @property
    def rate(self) -> Decimal:
        return self.progress.rate or Decimal(0)


def page_of(delivery: Delivery) -> DeliveryPage:
    progress = progress_of(delivery.school, delivery.campaign)
    threshold = delivery.campaign.rule_tree.gate.threshold
    return DeliveryPage(
        progress=progress,
        missing_count=signatures_missing(progress.signed_count, progress.expected_count, threshold),
        counts=line_counts(delivery),
        steps=steps_of(delivery),
        awaited=list(awaited_pupils(delivery)) if delivery.is_live else [],
        lines=list(lines_of(delivery)),
        checked_rate=_checked_rate(delivery),
    )


def _checked_rate(delivery: Delivery) -> Decimal:
    """Signed over expected as the gate counted them."""
    check = delivery.checked
    return (
        Decimal(check.signed_count) / check.expected_count if check and check.expected_count else Decimal(0)
    )


def awaited_pupils(delivery: Delivery) -> QuerySet[Enrolment]:
    """Eligible pupils of the school whose family has not signed for good nor refused, by class."""
    rows = pupils_table(delivery.school, delivery.campaign).filter(eligibility=Eligibility.ELIGIBLE)
    answered = [ConventionState.SIGNED, ConventionState.REFUSED]
    return rows.exclude(convention__state__in=answered).order_by("class_code", "pupil__search_key")


def lines_of(delivery: Delivery) -> QuerySet[DeliveryLine]:
    return delivery.lines.select_related("pupil", "loan__device").order_by("pupil__search_key")


def steps_of(delivery: Delivery) -> list[Step]:
    """The delivery's own timeline, for the supplier and the school."""
    steps = [_answer_step(delivery)]
    if delivery.kind == DeliveryKind.INITIAL:
        steps.append(_gate_step(delivery))
    return [*steps, _day_step(delivery), _closing_step(delivery)]


def _answer_step(delivery: Delivery) -> Step:
    state = delivery.state
    if state == DeliveryState.PROPOSED:
        return Step(
            _("The school’s answer"), "current", text=_("The school has an e-mail and has not answered yet.")
        )
    if state == DeliveryState.DECLINED:
        return Step(_("The school’s answer"), "problem", text=_("Another day is asked for."))
    accepted = next((log for log in delivery.log.all() if log.to_state == DeliveryState.ACCEPTED), None)
    if accepted is None:
        return Step(_("The school’s answer"), "problem", text=_("Cancelled before an answer."))
    return Step(_("The school’s answer"), "done", plain_date(accepted.at), _("The day is accepted."))


def _gate_step(delivery: Delivery) -> Step:
    title, check = _("The threshold of signatures"), delivery.checked
    if check is None:
        status = "current" if delivery.state == DeliveryState.ACCEPTED else "next"
        return Step(title, status, long_date(delivery.gate_on))
    status = {GateOutcome.CONFIRMED: "done", GateOutcome.CANCELLED: "problem"}.get(check.outcome, "current")
    if delivery.state != DeliveryState.ACCEPTED and check.outcome == GateOutcome.NEEDS_HUMAN:
        status = "problem" if delivery.state == DeliveryState.CANCELLED else "done"
    return Step(title, status, plain_date(check.decided_on), check.get_outcome_display())


def _day_step(delivery: Delivery) -> Step:
    state = delivery.state
    when = f"{long_date(delivery.on)}, {delivery.get_half_day_display()}"
    if state == DeliveryState.CANCELLED:
        return Step(_("The delivery"), "problem", when, _("Called off."))
    if state in DAY_OVER:
        return Step(_("The delivery"), "done" if state == DeliveryState.CLOSED else "current", when)
    return Step(_("The delivery"), "current" if state == DeliveryState.CONFIRMED else "next", when)


def _closing_step(delivery: Delivery) -> Step:
    if delivery.closing:
        return Step(_("The absentees"), "done", text=" ".join(delivery.closing.reasons))
    return Step(_("The absentees"), "next", text=_("Settled when the day is closed."))


def absent_or_expected(delivery: Delivery) -> QuerySet[DeliveryLine]:
    """Those who would be absent if the day were closed now."""
    return lines_of(delivery).filter(state__in=[LineState.ABSENT, LineState.EXPECTED])
