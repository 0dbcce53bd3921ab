"""A day of the programme: all that is due, in the order of the story (DESIGN §7).

Each step is a command of its own that asks « what is due? », so a missed night is caught up by the next one, and a
day played twice changes nothing (invariant 11).
"""

import io
import json
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from core.outbox import deliver_due


STEPS = ("apply_changes", "send_due", "check_gates", "plan_waves")


def run_day(*, on: date, at: datetime, deliver: bool = True) -> dict[str, Any]:
    """Play a day and return each step's figures; `deliver` also empties the outbox."""
    figures: dict[str, Any] = {}
    if any(drop_folder().iterdir()):
        figures["import_enrolments"] = answer("import_enrolments", str(drop_folder()), on=on.isoformat())
    for step in STEPS:
        figures[step] = answer(step, on=on.isoformat())
    if deliver:
        figures["deliver"] = deliver_due(at=at)
    return figures


def drop_folder() -> Path:
    """Where the academy leaves its files; the same file twice is a no-op, so nothing is moved away."""
    folder = Path(settings.DROP_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def answer(command: str, *arguments: str, **options: Any) -> dict[str, Any]:
    """What a command prints with --json."""
    output = io.StringIO()
    with suppress(SystemExit):  # a held or refused file: the figures say so, and the day goes on
        call_command(command, *arguments, json=True, stdout=output, **options)
    return json.loads(output.getvalue())
