"""`manage.py apply_changes`: enrolment changes become conventions, returns and transfers."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from support.applying import apply_changes


class Command(BaseCommand):
    help = "Turn enrolment changes into conventions, returns and transfers; run again, nothing more happens."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", help="the day to act for (default: today)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        on = date.fromisoformat(str(options["on"])) if options["on"] else timezone.localdate(now)
        figures = apply_changes(on=on, now=now)
        if options["json"]:
            self.stdout.write(json.dumps(figures))
        elif not figures:
            self.stdout.write("Another process is applying the changes now.")
        else:
            self.stdout.write("\n".join(f"{slug}: {in_words(found)}" for slug, found in figures.items()))


def in_words(figures: dict[str, dict[str, int]]) -> str:
    counts = (f"{name} {count}" for part in figures.values() for name, count in part.items() if count)
    return ", ".join(counts) or "nothing to do"
