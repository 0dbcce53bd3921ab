"""`manage.py import_enrolments FOLDER`: SIECLE files, zips or folders into a campaign."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from programmes.models import Campaign
from schools.imports import ImportReport, import_enrolments
from schools.imports.report import SchoolReport


class Command(BaseCommand):
    help = "Import enrolment files; the same files again change nothing. Exits with 1 when a file is held or refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, a zip or a folder")
        parser.add_argument("--campaign", help="such as normandie-2026; else the campaign of the day")
        parser.add_argument(
            "--on", type=date.fromisoformat, help="the day to import for (AAAA-MM-JJ); else today"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        missing = [str(path) for path in options["paths"] if not path.exists()]
        if missing:
            raise CommandError(f"There is no such file: {', '.join(missing)}.")
        on = options["on"] or timezone.localdate()
        report = import_enrolments(
            paths=options["paths"],
            campaign=find_campaign(options["campaign"], on),
            by=None,
            at=timezone.now(),
            on=on,
            dry_run=options["dry_run"],
        )
        self.stdout.write(json.dumps(report.as_json()) if options["json"] else in_words(report))
        if not report.all_accepted:
            raise CommandError("Some files were held or refused.", returncode=1)


def find_campaign(slug: str | None, on: date) -> Campaign:
    """The campaign named, else that of the day, else the only one there is."""
    campaigns = Campaign.objects.with_rules()
    if slug:
        found = campaigns.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no campaign {slug}.")
        return found
    current = Campaign.objects.current(on) or (campaigns.first() if campaigns.count() == 1 else None)
    if current is None:
        raise CommandError("No campaign is open that day: open one, or name it with --campaign.")
    return current


def in_words(report: ImportReport) -> str:
    """A line for each school, then the sum and what was found."""
    counts = report.counts
    lines = [school_in_words(school) for school in report.schools]
    lines.append(
        f"{counts.listed} pupils read, {counts.enrolled} enrolled; {counts.arrivals} arrivals, "
        f"{counts.changes} changes, {counts.departures} departures."
    )
    lines += [f"  {count} × {code}" for code, count in report.finding_counts().items()]
    return "\n".join(lines)


def school_in_words(school: SchoolReport) -> str:
    name = school.uai or "?"
    why = " ".join(school.hold_reasons) or school.refusal
    counts = school.counts
    if why:
        return f"{name}: {school.state.label}. {why}"
    return f"{name}: {school.state.label}, +{counts.arrivals} ~{counts.changes} −{counts.departures}"
