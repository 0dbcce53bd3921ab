"""A value of the rules in words: « 85 % », « une seule fois », « du lundi au vendredi »."""

from datetime import date, time
from decimal import Decimal
from typing import Any

from django.db.models import Choices
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.dates import clock, plain_date
from core.templatetags.numbers import euros, percent, thousands
from programmes.levels import level_name
from programmes.rule_tree import Section, Term


def in_words(value: Any, term: Term) -> str:
    """The value as a reader says it, given what the term is about."""
    match value:
        case None:
            return _("not voted yet")
        case bool():
            return _("yes") if value else _("no")
        case Choices():
            return str(value.label)
        case Decimal():
            return euros(value) if term.unit == "euros" else percent(value)
        case int():
            return counted(value, term.unit)
        case date():
            return plain_date(value)
        case time():
            return clock(value)
        case tuple():
            return listed(value, term)
        case Section():
            return ", ".join(in_words(getattr(value, name), part) for name, part in value.terms())
    return month_day(value) if term.unit == "month day" else str(value)


def listed(values: tuple[Any, ...], term: Term) -> str:
    """A list as a sentence; days in a row are told by their ends."""
    if not values:
        return _("none")
    if term.unit == "weekday":
        return weekdays(values)
    if term.unit == "level":
        return ", ".join(level_name(code) for code in values)
    if term.unit == "days" and len(values) > 1:
        return f"{listed(values[:-1], Term(''))} {_('and')} {counted(values[-1], 'days')}"
    return ", ".join(in_words(value, term) for value in values)


def weekdays(days: tuple[int, ...]) -> str:
    names = [str(WEEKDAYS[day]).lower() for day in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return _("from %(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    return ", ".join(names)


def month_day(text: str) -> str:
    """« 06-01 » → « 1er juin »."""
    month, day = (int(part) for part in text.split("-"))
    return plain_date(date(2000, month, day)).removesuffix(" 2000")


def counted(number: int, unit: str) -> str:
    """A number with its unit, in the singular or the plural."""
    if unit == "year":
        return str(number)
    if unit == "times":
        return times(number)
    forms = {
        "days": ngettext("%(count)s day", "%(count)s days", number),
        "working days": ngettext("%(count)s working day", "%(count)s working days", number),
        "hours": ngettext("%(count)s hour", "%(count)s hours", number),
        "opening hours": ngettext("%(count)s opening hour", "%(count)s opening hours", number),
        "months": ngettext("%(count)s month", "%(count)s months", number),
        "years": ngettext("%(count)s year", "%(count)s years", number),
        "messages": ngettext("%(count)s message", "%(count)s messages", number),
        "pupils": ngettext("%(count)s pupil", "%(count)s pupils", number),
        "schools": ngettext("%(count)s school", "%(count)s schools", number),
        "devices": ngettext("%(count)s device", "%(count)s devices", number),
        "teams": ngettext("%(count)s team", "%(count)s teams", number),
        "files": ngettext("%(count)s file", "%(count)s files", number),
        "incidents": ngettext("%(count)s incident", "%(count)s incidents", number),
        "gigabytes": ngettext("%(count)s GB", "%(count)s GB", number),
    }
    return forms.get(unit, "%(count)s") % {"count": thousands(number)}


def times(number: int) -> str:
    if number == 0:
        return _("never")
    return _("only once") if number == 1 else _("%(count)s times") % {"count": number}
