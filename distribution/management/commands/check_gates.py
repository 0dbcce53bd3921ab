"""`manage.py check_gates`: decides every delivery whose D−7 has come."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.jobs import run_job
from distribution.gate import check_gates


class Command(BaseCommand):
    help = "Decide every delivery whose threshold day has come; run again, it decides nothing twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on", type=date.fromisoformat, help="the day to decide for (AAAA-MM-JJ); else today"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        on = options["on"] or timezone.localdate(at)
        run = run_job("check_gates", for_date=on, act=lambda: check_gates(on=on, at=at))
        if run is None:
            raise CommandError("Another process is checking the gates now.")
        self.stdout.write(json.dumps(run.figures) if options["json"] else in_words(on, run.figures))


def in_words(on: date, figures: dict[str, int]) -> str:
    return (
        f"{on}: {figures['due']} due, {figures['confirmed']} confirmed, {figures['cancelled']} cancelled "
        f"({figures['replanned']} replanned), {figures['needs_human']} left to a person."
    )
