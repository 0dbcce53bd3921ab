"""`manage.py import_schools annuaire.csv --campaign normandie-2026`: the directory of schools."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.refusals import Refused
from programmes.models import Campaign
from schools.directory import DirectoryReport, import_schools


class Command(BaseCommand):
    help = (
        "Import the directory of schools, CSV or JSON (columns of fr-en-annuaire-education). Schools are created at "
        "once by the first load and with --campaign; later openings, closings and names wait for a region officer."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--campaign", help="the schools join this campaign, such as normandie-2026")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = None
        if options["campaign"]:
            campaign = Campaign.objects.filter(slug=options["campaign"]).first()
            if campaign is None:
                raise CommandError(f"There is no campaign {options['campaign']}.")
        try:
            report = import_schools(path=options["file"], campaign=campaign)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(json.dumps(report.as_json()) if options["json"] else in_words(report))


def in_words(report: DirectoryReport) -> str:
    lines = [
        f"{report.listed} rows: {report.created} schools created, {report.changed} changed, "
        f"{report.joined} joined the campaign, {report.proposed} changes wait for the region."
    ]
    lines += [
        f"  {finding.count} × {finding.sentence} {', '.join(finding.places[:5])}"
        for finding in report.findings
    ]
    return "\n".join(lines)
