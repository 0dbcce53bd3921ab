"""The day of the reports' tests: Monday 21 September 2026."""

import pytest
import time_machine

from tests.reports.world import fill


@pytest.fixture
def today():
    with time_machine.travel("2026-09-21T10:00:00+02:00", tick=False):
        yield


@pytest.fixture
def full(cast):
    """The cast, and a pupil in each situation."""
    fill(cast)
    return cast
