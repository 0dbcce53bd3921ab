"""`manage.py reencrypt_files`: every stored file under the present key, after FILES_KEYS changed."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.file_keeping import reencrypt_files


class Command(BaseCommand):
    help = "Encrypt stored files under the first key of FILES_KEYS; run it again until nothing is left."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, help="no more than so many files this time")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        figures = reencrypt_files(limit=options["limit"])
        words = f"{figures['rewritten']} files rewritten, {figures['unreadable']} unreadable."
        self.stdout.write(json.dumps(figures) if options["json"] else words)
        if figures["unreadable"]:
            raise CommandError(
                "Some files cannot be read: keep the old keys in FILES_KEYS, and look at the backups.",
                returncode=1,
            )
