"""The two nights of the year whose hours are not twenty-four (trust 54)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from core.models import JobRun


PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.trust(54)
@pytest.mark.django_db
@pytest.mark.parametrize("on", [date(2026, 10, 25), date(2027, 3, 28)])
def test_half_past_two_twice_or_never_is_one_night(cast, settings, tmp_path, on, capsys):
    """Rung at each of these hours of UTC, of which two are 2.30 in Paris in October, and none in March.

    The first is half an hour after midnight in Paris, where it is still the day before in UTC.
    """
    settings.DROP_FOLDER = str(tmp_path)
    midnight = datetime(on.year, on.month, on.day, tzinfo=PARIS).astimezone(UTC)
    day = datetime(on.year, on.month, on.day, tzinfo=UTC)
    rung_at = [
        midnight + timedelta(minutes=30),
        *(day + timedelta(hours=hour, minutes=30) for hour in (0, 1, 2, 5)),
    ]
    for at in rung_at:
        with time_machine.travel(at):
            assert timezone.localdate() == on
            call_command("tick", "--json")
    assert set(JobRun.objects.values_list("for_date", flat=True)) == {on}
    assert set(JobRun.objects.values_list("runs_count", flat=True)) == {5}


@pytest.mark.trust(54)
@pytest.mark.parametrize(("on", "hours"), [(date(2026, 10, 25), 25), (date(2027, 3, 28), 23)])
def test_these_are_the_nights(on, hours):
    start = datetime(on.year, on.month, on.day, tzinfo=PARIS).astimezone(UTC)
    end = datetime(on.year, on.month, on.day + 1, tzinfo=PARIS).astimezone(UTC)
    assert (end - start).total_seconds() == hours * 3600
