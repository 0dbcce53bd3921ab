"""How old what waits is: repairs and returns in classes of age, as other programmes publish them."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from core.charts import Part, Stack, draw_stack
from reports.figures import returns
from reports.scope import Scope
from support.enums import InterventionKind, InterventionState
from support.models import Intervention


def repairs_by_age(scope: Scope) -> Stack:
    """Repairs granted and not done, by days since they were granted."""
    waiting = Intervention.objects.filter(
        ticket__campaign=scope.campaign,
        kind=InterventionKind.REPAIR,
        state__in=[InterventionState.GRANTED, InterventionState.RECEIVED],
    )
    ages = [(scope.on - granted_on).days for granted_on in waiting.values_list("granted_on", flat=True)]
    steps = [
        (_("A week or less"), "success", 0, 7),
        (_("8 to 14 days"), "info", 8, 14),
        (_("15 to 30 days"), "warning", 15, 30),
        (_("More than 30 days"), "danger", 31, 9999),
    ]
    parts = [Part(label, within(ages, low, high), tone) for label, tone, low, high in steps]
    return draw_stack(key="repairs", title=_("Repairs under way, by age"), parts=parts)


def returns_by_age(scope: Scope) -> Stack:
    """Laptops to come back, by days past the due date."""
    dates: Iterable[date] = returns.rows(scope).values_list("due_on", flat=True)
    delays = [(scope.on - due_on).days for due_on in dates]
    steps = [
        (_("Not due yet"), "success", -9999, 0),
        (_("Up to 15 days late"), "info", 1, 15),
        (_("16 to 30 days late"), "warning", 16, 30),
        (_("More than 30 days late"), "danger", 31, 9999),
    ]
    parts = [Part(label, within(delays, low, high), tone) for label, tone, low, high in steps]
    return draw_stack(key="returns", title=_("Laptops to come back, by delay"), parts=parts)


def within(numbers: list[int], low: int, high: int) -> int:
    return sum(low <= number <= high for number in numbers)
