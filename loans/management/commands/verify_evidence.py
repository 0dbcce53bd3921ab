"""`manage.py verify_evidence`: whether all that proves the signatures still holds; says what is wrong, and where."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.models import EvidenceAnchor
from loans.proof.verifying import verify_evidence


class Command(BaseCommand):
    help = "Walk the chain of evidence, its anchors, the documents kept and their seals; exit code 1 on a problem."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--export", type=Path, help="also write the anchors to this folder, for openssl")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["export"]:
            export_anchors(options["export"])
        found = verify_evidence(at=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json()))
        else:
            for problem in found.problems:
                self.stdout.write(problem)
            self.stdout.write(", ".join(f"{name} {count}" for name, count in found.counts.items()))
            late = {name: count for name, count in found.waiting.items() if count}
            self.stdout.write(
                "Waiting: " + (", ".join(f"{name} {n}" for name, n in late.items()) or "nothing")
            )
        if found.problems:
            raise CommandError(f"{len(found.problems)} problems.")
        if not options["json"]:
            self.stdout.write("All the evidence holds.")


def export_anchors(folder: Path) -> None:
    """`anchor-000001.txt` and its token `anchor-000001.tst`: what `openssl ts -verify` reads without us."""
    folder.mkdir(parents=True, exist_ok=True)
    for anchor in EvidenceAnchor.objects.exclude(token=None).select_related("manifest"):
        name = f"anchor-{anchor.number:06d}"
        (folder / f"{name}.txt").write_bytes(anchor.manifest.read_bytes())
        (folder / f"{name}.tst").write_bytes(bytes(anchor.token or b""))
