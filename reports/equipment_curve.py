"""The share of pupils equipped, day after day, against the target that was voted (O3)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from core.charts import Curve, Mark, draw_curve
from core.templatetags.dates import plain_date
from core.templatetags.numbers import percent
from loans.models import Loan
from reports.figures import eligible, equipped
from reports.scope import Scope


@dataclass(frozen=True)
class Equipment:
    """Where the distribution stands on a day; `target_on` is the day the target was promised for."""

    equipped_count: int
    eligible_count: int
    target: Decimal
    target_on: date
    curve: Curve | None

    @property
    def rate(self) -> Decimal | None:
        return Decimal(self.equipped_count) / self.eligible_count if self.eligible_count else None


def equipment_of(scope: Scope) -> Equipment:
    """« 90 % des élèves équipés en deux semaines »: the rate from the first delivery on, and its target."""
    scale, first = scope.campaign.rule_tree.scale, scope.campaign.first_delivery_on
    target_on = first + timedelta(days=scale.target_days)
    whole = eligible.count(scope)
    lent = Counter(first_loan_days(scope))
    return Equipment(
        equipped_count=lent.total(),
        eligible_count=whole,
        target=scale.target_share,
        target_on=target_on,
        curve=_curve(scope, lent, whole, target_on) if whole and scope.on > first else None,
    )


def first_loan_days(scope: Scope) -> list[date]:
    """For each pupil equipped today, the day of the first laptop of this programme."""
    loans = Loan.objects.main().filter(pupil=OuterRef("pupil")).order_by("started_on", "pk")
    rows = equipped.rows(scope).annotate(first_lent_on=Subquery(loans.values("started_on")[:1]))
    return list(rows.values_list("first_lent_on", flat=True))


def _curve(scope: Scope, lent: Counter[date], whole: int, target_on: date) -> Curve:
    first = scope.campaign.first_delivery_on
    days = [first + timedelta(days=n) for n in range((scope.on - first).days + 1)]
    before = sum(count for day, count in lent.items() if day < first)
    totals = list(accumulate((lent[day] for day in days), initial=before))[1:]
    points = [(day, Decimal(total) / whole) for day, total in zip(days, totals, strict=True)]
    target = scope.campaign.rule_tree.scale.target_share
    return draw_curve(
        key="equipped",
        title=_("Pupils equipped, day by day"),
        summary=_("%(rate)s of eligible pupils are equipped; the target is %(target)s on %(day)s.")
        % {"rate": percent(points[-1][1]), "target": percent(target), "day": plain_date(target_on)},
        days=points,
        threshold=target,
        threshold_label=_("Target %(target)s") % {"target": percent(target)},
        marks=[Mark(target_on, _("Target day"))],
    )
