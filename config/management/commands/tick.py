"""`manage.py tick [--on DATE]`: all that is due, in order; what the schedule does in a day."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.nightly import DayFailed, run_day


class Command(BaseCommand):
    help = "Do all that is due that day: changes, conventions, gates, waves, then the outbox."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="the day to play (today)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        failure = None
        try:
            figures = run_day(on=options["on"] or timezone.localdate(at), at=at, by_hand=True)
        except DayFailed as failed:
            figures, failure = failed.figures, failed
        self.stdout.write(json.dumps(figures) if options["json"] else in_words(figures))
        if failure:
            raise CommandError(f"Some steps broke down: {failure}.", returncode=1) from failure


def in_words(figures: dict[str, Any]) -> str:
    """A line a step."""
    lines = []
    for step, found in figures.items():
        words = ", ".join(f"{name} {value}" for name, value in found.items() if value)
        lines.append(f"{step}: {words or 'nothing was due'}")
    return "\n".join(lines)
