"""The demo's days, counted from today: whenever it is played, the region is in the middle of its distribution."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone


PARIS = timezone.get_default_timezone()


@dataclass(frozen=True, slots=True)
class DemoCalendar:
    """`today` is the day the demo is played; the rest is so many days before or after it."""

    today: date

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    @property
    def opened_on(self) -> date:
        return self.day(-70)

    @property
    def first_import_on(self) -> date:
        return self.day(-40)

    @property
    def mailing_on(self) -> date:
        return self.day(-38)

    @property
    def first_delivery_on(self) -> date:
        return self.day(-16)

    @property
    def last_delivery_on(self) -> date:
        return self.day(40)

    @property
    def closes_on(self) -> date:
        return self.day(250)

    @property
    def school_year(self) -> int:
        """The year of the September before the first import (a campaign played in spring began in autumn)."""
        day = self.first_import_on
        return day.year if day.month >= 8 else day.year - 1


def at(day: date, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """An instant of that day, Paris time."""
    return datetime.combine(day, time(hour, minute, second), tzinfo=PARIS)
