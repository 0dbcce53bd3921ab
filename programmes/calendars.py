"""The calendar as part of the rules: school holidays by zone, days one may deliver, hours one may call."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache

from django.utils import timezone
from django.utils.translation import gettext as _
from vacances_scolaires_france import SchoolHolidayDates, UnsupportedYearException

from core.calendars import ONE_DAY, CalendarUnknown, is_public_holiday, public_holidays
from programmes.enums import WavesOpen, Zone
from programmes.models import Campaign
from programmes.rule_tree import Helpline, Support


AUTUMN = "Vacances de la Toussaint"
LAST_KNOWN_DAY = date(2028, 8, 31)  # end of the national calendar held by vacances-scolaires-france


@cache
def school_holidays(year: int, zone: str) -> dict[date, str]:
    """Each day of school holidays of a calendar year, with its name; raises CalendarUnknown."""
    try:
        days = SchoolHolidayDates().holidays_for_year_and_zone(year, Zone(zone).value)
    except UnsupportedYearException:
        raise unknown(year) from None
    return {day: facts["nom_vacances"] for day, facts in days.items()}


def school_holiday(day: date, zone: str) -> str | None:
    """The name of the school holidays of that day, such as « Vacances de Noël »; None on a school day."""
    if day > LAST_KNOWN_DAY:
        raise unknown(day.year)
    return school_holidays(day.year, zone).get(day)


def unknown(year: int) -> CalendarUnknown:
    return CalendarUnknown(
        _("School holidays are known until %(last)s: those of %(year)s are not published in this version.")
        % {"last": LAST_KNOWN_DAY.strftime("%d/%m/%Y"), "year": year}
    )


def autumn_holidays(school_year: int, zone: str) -> tuple[date, date]:
    """First and last day of the autumn holidays of a school year."""
    days = sorted(day for day, name in school_holidays(school_year, zone).items() if name == AUTUMN)
    return days[0], days[-1]


def waves_open_on(campaign: Campaign, zone: str) -> date:
    """The first day of mid-year shipments (N9: « à compter du retour des vacances d'automne »)."""
    opens = campaign.rule_tree.midyear.opens
    if opens == WavesOpen.AUTUMN_HOLIDAYS:
        return autumn_holidays(campaign.school_year, zone)[1] + ONE_DAY
    return campaign.last_delivery_on + ONE_DAY if opens == WavesOpen.LAST_DELIVERY else campaign.opens_on


def obstacles_to_delivering(campaign: Campaign, day: date, zone: str) -> list[str]:
    """Why nothing can be delivered to a school of that zone on that day; empty when it can."""
    return list(_obstacles(campaign, day, zone))


def _obstacles(campaign: Campaign, day: date, zone: str) -> Iterator[str]:
    replan = campaign.rule_tree.replan
    if day.weekday() not in replan.weekdays:
        yield _("There are no deliveries on that day of the week.")
    if is_public_holiday(day):
        yield _("It is a public holiday: %(name)s.") % {"name": public_holidays(day.year)[day]}
    if replan.school_holidays_closed and (name := school_holiday(day, zone)):
        yield _("Schools are on holiday: %(name)s.") % {"name": name}
    for closed in replan.closed_days:
        if day in closed:
            yield closed.reason


def can_deliver_on(campaign: Campaign, day: date, zone: str) -> bool:
    return not obstacles_to_delivering(campaign, day, zone)


def next_delivery_day(campaign: Campaign, day: date, zone: str) -> date:
    """The first day from `day` on when a school of that zone can be served, whatever the campaign's dates."""
    while not can_deliver_on(campaign, day, zone):
        day += ONE_DAY
    return day


def is_open(helpline: Helpline, at: datetime) -> bool:
    """Whether somebody answers at that instant (N13); never on a public holiday."""
    local = timezone.localtime(at)
    return helpline.is_open(local) and not is_public_holiday(local.date())


def line_for_schools(support: Support, at: datetime) -> Helpline:
    """Whom a school reaches: outside its own hours, the families' desk when the rules say so (N13)."""
    if support.overflow_to_families and not is_open(support.schools, at):
        return support.families
    return support.schools


def opening_slots(helpline: Helpline, day: date) -> list[tuple[datetime, datetime]]:
    """When the line opens and closes that day, in order; empty on a closed day."""
    if is_public_holiday(day):
        return []
    slots = (slot for slot in helpline.hours if day.weekday() in slot.weekdays)
    return sorted((_local(day, slot.opens), _local(day, slot.closes)) for slot in slots)


def add_opening_time(helpline: Helpline, at: datetime, length: timedelta) -> datetime:
    """The instant when the line has been open for `length` since `at`: the clock of a promise."""
    day = timezone.localtime(at).date()
    while True:
        for opens, closes in opening_slots(helpline, day):
            start = max(opens, at)
            if start + length <= closes:
                return start + length
            length -= max(closes - start, timedelta(0))
        day += ONE_DAY


def _local(day: date, moment: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, moment))
