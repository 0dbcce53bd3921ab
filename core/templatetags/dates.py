"""Dates in full, in the language of the page (French but for families), and how long ago something was."""

import re
from datetime import date, datetime, time

from django import template
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from core.languages import current_language


register = template.Library()


def _local(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def long_date(value: date | datetime | None) -> str:
    """« lundi 5 octobre 2026 »."""
    if not value:
        return "–"
    return current_language().written_date(_local(value), with_weekday=True)


@register.filter
def plain_date(value: date | datetime | None) -> str:
    """« 5 octobre 2026 »."""
    if not value:
        return "–"
    return current_language().written_date(_local(value))


@register.filter
def short_date(value: date | datetime | None) -> str:
    """« 05/10/2026 », for columns of dates."""
    return _local(value).strftime("%d/%m/%Y") if value else "–"


@register.filter
def clock(value: datetime | time | None) -> str:
    """« 8 h 30 » in the reader's time zone."""
    if not value:
        return "–"
    if isinstance(value, datetime):
        value = (timezone.localtime(value) if timezone.is_aware(value) else value).time()
    return current_language().written_time(value)


@register.filter
def moment(value: datetime | None) -> str:
    """« lundi 5 octobre 2026 à 8 h 30 »."""
    if not value:
        return "–"
    return gettext("%(day)s at %(time)s") % {"day": long_date(value), "time": clock(value)}


@register.filter
def glued(words: str) -> str:
    """The same words, an hour in one piece: « 8 h 30 » does not break at the end of a line."""
    return re.sub(r"(?<=\d) h\b( (?=\d))?", lambda hour: hour[0].replace(" ", "\u00a0"), str(words))


@register.filter
def days_ago(value: date | datetime | None, today: date | None = None) -> str:
    """« il y a 3 jours », « hier », « dans 2 jours », seen from `today` (the current day by default)."""
    if not value:
        return "–"
    distance = ((today or timezone.localdate()) - _local(value)).days
    near = {0: gettext("today"), 1: gettext("yesterday"), -1: gettext("tomorrow")}
    if distance in near:
        return near[distance]
    if distance > 0:
        return ngettext("%(count)d day ago", "%(count)d days ago", distance) % {"count": distance}
    return ngettext("in %(count)d day", "in %(count)d days", -distance) % {"count": -distance}
