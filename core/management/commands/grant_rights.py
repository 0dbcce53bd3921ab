"""`manage.py grant_rights ROLE`: what the program's own role may do, and nothing more (trust 19)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core.rights import grant_rights


class Command(BaseCommand):
    help = (
        "Give a role what the program needs: it can add to the evidence, never change it. After each migrate."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="a role of PostgreSQL that exists and owns nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        count = grant_rights(role=options["role"])
        self.stdout.write(f"{options['role']} works in every table; to {count} of them it can only add.")
