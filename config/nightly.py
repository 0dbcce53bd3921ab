"""A day of the programme: all that is due, in the order of the story (DESIGN §7).

Each step asks « what is due? », so a missed night is caught up by the next one, and a day played twice changes nothing
(invariant 11). A step is also a command of its own, with the same figures.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from support.departures import apply_changes

from core.jobs import run_job
from core.outbox import deliver_due
from distribution.gate import check_gates
from distribution.waves import plan_waves
from loans.mailing import send_due_conventions
from programmes.models import Campaign
from schools.imports import import_enrolments


Step = Callable[[date, datetime], dict[str, Any]]


def run_day(*, on: date, at: datetime, deliver: bool = True) -> dict[str, Any]:
    """Play a day and return each step's figures; `deliver` also empties the outbox."""
    figures: dict[str, Any] = {}
    for kind, step in STEPS:
        run = run_job(kind, for_date=on, act=lambda step=step: step(on, at))
        figures[kind] = run.figures if run else {"already_running": True}
    if deliver:
        figures["deliver"] = deliver_due(at=at)
    return figures


def import_drop_folder(on: date, at: datetime) -> dict[str, Any]:
    """Import what the academy left in the drop folder; the same file twice is a no-op, so nothing is moved away."""
    folder = Path(settings.DROP_FOLDER)
    campaign = Campaign.objects.current(on)
    if campaign is None or not folder.is_dir():
        return {}
    return import_enrolments(paths=[folder], campaign=campaign, by=None, at=at, on=on).as_json()


def send_conventions(on: date, at: datetime) -> dict[str, int]:
    """First messages and reminders of every running campaign."""
    total: Counter[str] = Counter()
    for campaign in Campaign.objects.with_rules().running(on):
        total.update(send_due_conventions(campaign=campaign, on=on, at=at))
    return dict(total)


STEPS: tuple[tuple[str, Step], ...] = (
    ("import_enrolments", import_drop_folder),
    ("apply_changes", lambda on, at: apply_changes(on=on, at=at)),
    ("send_due", send_conventions),
    ("check_gates", lambda on, at: check_gates(on=on, at=at)),
    ("plan_waves", lambda on, at: plan_waves(on=on, at=at)),
)
