"""Working days in France: Monday to Friday, public holidays of the whole country left out."""

from datetime import date, timedelta
from functools import cache

from django.utils.translation import gettext as _
from holidays.countries.france import France


ONE_DAY = timedelta(days=1)
SATURDAY = 5


class CalendarUnknown(LookupError):
    """The day asked for is beyond what the calendars know; the sentence says which and what to do."""


@cache
def public_holidays(year: int) -> dict[date, str]:
    """The public holidays of that year with their French names; raises CalendarUnknown."""
    if not France.start_year <= year <= France.end_year:
        raise CalendarUnknown(_("Public holidays of %(year)s are not known.") % {"year": year})
    return dict(France(years=year, language="fr"))


def is_public_holiday(day: date) -> bool:
    return day in public_holidays(day.year)


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and not is_public_holiday(day)


def next_working_day(day: date) -> date:
    """The first working day after `day`."""
    return working_day_on_or_after(day + ONE_DAY)


def working_day_on_or_after(day: date) -> date:
    while not is_working_day(day):
        day += ONE_DAY
    return day


def working_day_on_or_before(day: date) -> date:
    while not is_working_day(day):
        day -= ONE_DAY
    return day


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`; with 0, the first working day from `day` on.

    « Sous 5 jours ouvrés » from a Monday without holiday is the next Monday. Raises ValueError below 0.
    """
    if count < 0:
        raise ValueError("A delay in working days cannot be negative.")
    if count == 0:
        return working_day_on_or_after(day)
    for _step in range(count):
        day = next_working_day(day)
    return day


def add_days(day: date, count: int, *, working: bool) -> date:
    """`count` days later: working days, or calendar days, whose last may then be a closed day."""
    return add_working_days(day, count) if working else day + timedelta(days=count)
