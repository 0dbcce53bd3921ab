"""So many letters a minute, none in the evening, even when the bell rings then (N3)."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from core.models import Message
from loans.mailing import send_due_conventions
from loans.mailings.pace import is_quiet, minutes
from loans.mailings.running import run_mailings_due
from loans.models import Mailing
from loans.tasks import send_due_by_day
from programmes.presets import preset


PARIS = ZoneInfo("Europe/Paris")
RULES = preset("normandie").rules_for(2026).signature
MAILING = date(2026, 8, 28)


def instants(start: datetime, count: int, rules=RULES) -> list[datetime]:
    return [instant for instant, _taken in islice(minutes(rules, start), count)]


def test_no_minute_has_more_than_the_rules_let_leave():
    by_minute = Counter(instants(datetime(2026, 8, 28, 9, tzinfo=PARIS), 10_000))
    assert set(by_minute.values()) == {600, 400}
    assert max(by_minute) - min(by_minute) == timedelta(minutes=16)


@pytest.mark.parametrize("day", [date(2026, 8, 28), date(2026, 10, 24), date(2027, 3, 27)])
def test_what_does_not_fit_in_the_day_waits_for_the_morning(day):
    """Nights when the clock changes included."""
    found = instants(datetime(day.year, day.month, day.day, 19, 55, tzinfo=PARIS), 6000)
    assert not any(is_quiet(RULES, instant) for instant in found)
    here = [timezone.localtime(instant) for instant in found]
    assert {instant.date() for instant in here} == {day, day + timedelta(days=1)}
    assert min(instant.hour for instant in here if instant.date() > day) == 8


def test_a_minute_already_filled_is_not_filled_again():
    start = datetime(2026, 8, 28, 9, tzinfo=PARIS)
    first, taken = next(minutes(RULES, start, taken=600))
    assert (first, taken) == (start + timedelta(minutes=1), 1)


def test_reminders_do_not_leave_by_the_bell_of_the_evening(campaign, enrol, time_machine):
    """The bell rings at 8.05, 11.05 … 17.05; a worker that wakes up late finds the evening."""
    enrol()
    morning = datetime(2026, 8, 28, 9, tzinfo=PARIS)
    send_due_conventions(campaign=campaign, on=MAILING, at=morning)
    evening = datetime(2026, 9, 2, 20, 30, tzinfo=PARIS)
    time_machine.move_to(evening)
    send_due_by_day()
    run_mailings_due(at=evening)
    assert Message.objects.count() == 1
    time_machine.move_to(datetime(2026, 9, 3, 8, 5, tzinfo=PARIS))
    send_due_by_day()
    assert Message.objects.filter(kind="convention_reminder").count() == 1


def test_an_automatic_mailing_is_told_with_the_others(campaign, enrol):
    enrol()
    send_due_conventions(campaign=campaign, on=MAILING, at=datetime(2026, 8, 28, 9, tzinfo=PARIS))
    mailing = Mailing.objects.get()
    assert mailing.is_automatic
    assert Message.objects.get().lot == mailing.lot
