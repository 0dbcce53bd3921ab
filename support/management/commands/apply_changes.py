"""`manage.py apply_changes`: enrolment changes become conventions, returns and transfers."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.jobs import instant_of, run_job
from support.applying import apply_changes


class Command(BaseCommand):
    help = "Turn enrolment changes into conventions, returns and transfers; run again, nothing more happens."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on", type=date.fromisoformat, help="the day to act for (AAAA-MM-JJ); else today"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        on = options["on"] or timezone.localdate(now)
        at = instant_of(on, now=now)
        run = run_job("apply_changes", for_date=on, act=lambda: apply_changes(on=on, at=at))
        if run is None:
            raise CommandError("Another process is applying the changes now.")
        words = "\n".join(f"{slug}: {in_words(found)}" for slug, found in run.figures.items())
        self.stdout.write(json.dumps(run.figures) if options["json"] else words)


def in_words(figures: dict[str, dict[str, int]]) -> str:
    counts = (f"{name} {count}" for part in figures.values() for name, count in part.items() if count)
    return ", ".join(counts) or "nothing to do"
