"""`manage.py plan_waves`: parcels of the mid-year wave whose cut-off has come (N9)."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.jobs import run_job
from distribution.waves import plan_waves


class Command(BaseCommand):
    help = "Make the parcels of the mid-year wave under way, in every running campaign."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on", type=date.fromisoformat, help="the day to plan for (AAAA-MM-JJ); else today"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        on = options["on"] or timezone.localdate(at)
        run = run_job("plan_waves", for_date=on, act=lambda: plan_waves(on=on, at=at))
        if run is None:
            raise CommandError("Another process is planning the waves now.")
        figures = run.figures
        words = f"{on}: {figures['parcels']} parcels for {figures['schools']} schools."
        self.stdout.write(json.dumps(figures) if options["json"] else words)
