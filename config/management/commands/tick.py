"""`manage.py tick [--on DATE]`: all that is due, in order; what the schedule does in a day."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.nightly import run_day


class Command(BaseCommand):
    help = "Do all that is due that day: changes, conventions, gates, waves, then the outbox."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="the day to play (today)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        figures = run_day(on=options["on"] or timezone.localdate(at), at=at)
        if options["json"]:
            self.stdout.write(json.dumps(figures))
            return
        for step, found in figures.items():
            words = ", ".join(f"{name} {value}" for name, value in found.items() if value)
            self.stdout.write(f"{step}: {words or 'nothing was due'}")
