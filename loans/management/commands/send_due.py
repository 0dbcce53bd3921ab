"""`manage.py send_due [--on DATE]`: conventions and reminders due by that day go to the outbox, and out."""

import json
from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.jobs import run_job
from core.outbox import deliver_due
from loans.mailing import send_due


class Command(BaseCommand):
    help = "Write to the families due a convention or a reminder, and empty the outbox; run again, nobody hears twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on", type=date.fromisoformat, help="the day to act for (AAAA-MM-JJ); else today"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        on = options["on"] or timezone.localdate(at)
        run = run_job("send_due", for_date=on, act=lambda: write_and_send(on, at))
        if run is None:
            raise CommandError("Another process is sending what is due now.")
        words = ", ".join(f"{name} {count}" for name, count in run.figures.items() if count)
        self.stdout.write(json.dumps(run.figures) if options["json"] else words or "Nothing was due.")


def write_and_send(on: date, at: datetime) -> dict[str, int]:
    """Figures of the writing, then `delivered`, `retried`, `bounced`, `dead` of the outbox."""
    figures = send_due(on=on, at=at)
    delivered = deliver_due(at=timezone.now())
    return figures | {"delivered": delivered.pop("sent")} | delivered
