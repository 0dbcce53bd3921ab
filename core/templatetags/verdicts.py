"""Reading a verdict aloud behind « Pourquoi ? » (X6): a Verdict, or the JSON stored where it committed somebody."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.text import capfirst
from django.utils.translation import gettext

from core.templatetags.dates import plain_date
from core.templatetags.numbers import percent
from core.verdicts import Verdict


register = template.Library()
RATES = {"threshold"}  # facts that are a part of one, read as a percentage


def _part(verdict: Verdict | Mapping[str, Any], name: str) -> Any:
    return verdict[name] if isinstance(verdict, Mapping) else getattr(verdict, name)


def _read(value: Any) -> str:
    match value:
        case None | "":
            return gettext("unknown")
        case bool():
            return gettext("yes") if value else gettext("no")
        case date():
            return plain_date(value)
        case list() | tuple() | set():
            return ", ".join(_read(item) for item in value)
        case Mapping():
            return ", ".join(f"{name} : {_read(item)}" for name, item in value.items())
    return str(value)


@register.filter
def facts_read(
    verdict: Verdict | Mapping[str, Any], names: Mapping[str, str] | None = None
) -> Iterator[tuple[str, str]]:
    """Each fact as (name, value) in words; `names` gives a fact's words where its key is not enough."""
    for key, value in _part(verdict, "facts").items():
        words = percent(value) if key in RATES else _read(value)
        yield (names or {}).get(key) or capfirst(key.replace("_", " ")), words


@register.filter
def day_of(verdict: Verdict | Mapping[str, Any]) -> date:
    """The day the decision was made for."""
    on = _part(verdict, "on")
    return date.fromisoformat(on) if isinstance(on, str) else on
