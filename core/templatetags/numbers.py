"""Figures as French readers write them. A rate is floored, so 84.96 % never reads as 85 %."""

from decimal import ROUND_FLOOR, Decimal

from django import template
from django.utils.html import format_html

from core.phones import spoken_number


register = template.Library()

NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"
TENTH = Decimal("0.1")


def _decimal(number: Decimal | int | str | None) -> Decimal:
    """The number, even where a template wrote it with a French comma."""
    return Decimal(str(number or 0).replace(",", "."))


def _grouped(digits: str) -> str:
    return f"{int(digits):,}".replace(",", NARROW_SPACE)


@register.filter
def percent(rate: Decimal | int | str | None) -> str:
    """« 84,9 % » for Decimal("0.8496"); a whole percentage has no decimal; nothing known is a dash."""
    if rate in (None, ""):
        return "–"
    value = (_decimal(rate) * 100).quantize(TENTH, rounding=ROUND_FLOOR)
    words = str(value).removesuffix(".0").replace(".", ",")
    return f"{words}{NO_BREAK_SPACE}%"


@register.filter
def thousands(number: int | None) -> str:
    """« 12 345 » with narrow no-break spaces."""
    if number is None or number == "":
        return "–"
    sign = "−" if int(number) < 0 else ""
    return sign + _grouped(str(abs(int(number))))


@register.filter
def figure(number: int | None) -> str:
    """A number of a table; what is zero stays in the background, so that the others are seen."""
    words = thousands(number)
    return format_html('<span class="zero">{}</span>', words) if words in "–0" else words


@register.filter
def euros(amount: Decimal | None) -> str:
    """« 1 234,50 € »; whole euros are written without cents."""
    if amount in (None, ""):
        return "–"
    value = _decimal(amount).quantize(Decimal("0.01"))
    whole, cents = str(abs(value)).split(".")
    sign = "−" if value < 0 else ""
    return f"{sign}{_grouped(whole)}{'' if cents == '00' else ',' + cents}{NO_BREAK_SPACE}€"


@register.filter
def phone(number: str | None) -> str:
    """« 06 39 98 12 34 », which does not break at the end of a line."""
    return spoken_number(number or "")


@register.filter
def bar_length(rate: Decimal | int | str | None) -> str:
    """A rate as an SVG length between 0% and 100%, with a point whatever the language."""
    value = min(max(_decimal(rate), Decimal(0)), Decimal(1)) * 100
    return f"{value.quantize(Decimal('0.01'))}%"


@register.filter
def reaches(rate: Decimal | int | str | None, threshold: Decimal | int | str | None) -> bool:
    """Whether the rate is at the threshold or above: equality passes (N7)."""
    return _decimal(rate) >= _decimal(threshold)
