"""The signature rate against the threshold, in figures, in words and as a curve (N4)."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.charts import Curve, Mark, draw_curve
from core.templatetags.numbers import percent, thousands
from distribution.models import Delivery
from loans.progress import Progress, signature_curve
from reports.scope import Scope


@dataclass(frozen=True)
class Hero:
    """What a head teacher reads first. `missing_count` is the signatures still needed to reach the threshold."""

    progress: Progress
    threshold: Decimal
    missing_count: int
    sentence: str
    curve: Curve | None

    @property
    def has_passed(self) -> bool:
        return bool(self.progress.expected_count) and not self.missing_count


def signatures_missing(progress: Progress, threshold: Decimal) -> int:
    """How many more signatures reach the threshold: equality passes, nothing is rounded down (N7)."""
    wanted = (threshold * progress.expected_count).to_integral_value(ROUND_CEILING)
    return max(int(wanted) - progress.signed_count, 0)


def hero_of(scope: Scope, progress: Progress, delivery: Delivery | None = None) -> Hero:
    threshold = scope.campaign.rule_tree.gate.threshold
    missing = signatures_missing(progress, threshold)
    return Hero(
        progress=progress,
        threshold=threshold,
        missing_count=missing,
        sentence=_sentence(progress, threshold, missing),
        curve=_curve(scope, threshold, delivery),
    )


def _sentence(progress: Progress, threshold: Decimal, missing: int) -> str:
    if not progress.expected_count:
        return _("No pupil is counted yet: the enrolment file has not been received.")
    if not missing:
        return _("The threshold of %(threshold)s is reached.") % {"threshold": percent(threshold)}
    return ngettext(
        "%(count)s signature is missing to reach %(threshold)s.",
        "%(count)s signatures are missing to reach %(threshold)s.",
        missing,
    ) % {"count": thousands(missing), "threshold": percent(threshold)}


def _curve(scope: Scope, threshold: Decimal, delivery: Delivery | None) -> Curve | None:
    start = scope.campaign.mailing_on
    if scope.on < start:
        return None
    points = signature_curve(campaign=scope.campaign, school=scope.school, until=scope.on)
    days = [(day, Decimal(signed) / expected) for day, signed, expected in points if expected]
    if len(days) < 2:
        return None
    return draw_curve(
        key="signatures",
        title=_("Signature rate, day by day"),
        summary=_curve_in_words(days),
        days=days,
        threshold=threshold,
        threshold_label=_("Threshold %(threshold)s") % {"threshold": percent(threshold)},
        marks=_marks(scope.on, delivery),
    )


def _curve_in_words(days: list[tuple[date, Decimal]]) -> str:
    before = days[-8][1] if len(days) > 7 else days[0][1]
    return _("The rate is %(now)s today; it was %(before)s a week ago.") % {
        "now": percent(days[-1][1]),
        "before": percent(before),
    }


def _marks(today: date, delivery: Delivery | None) -> list[Mark]:
    marks = [Mark(today, _("Today"))]
    if delivery and delivery.gate_on:
        marks.append(Mark(delivery.gate_on, _("Threshold check")))
    if delivery:
        marks.append(Mark(delivery.on, _("Delivery")))
    return marks
