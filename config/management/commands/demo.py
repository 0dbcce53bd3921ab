"""`manage.py demo [--reset]`: a region in the middle of its campaign, played by the real acts."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from config.demo import ACCOUNTS, PASSWORD, play_demo
from config.demo.families import waiting_family
from programmes.models import Campaign


class Command(BaseCommand):
    help = "Play the demo region: every stage of a campaign, with named accounts. --reset empties the database first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="empty the database first")
        parser.add_argument(
            "--accounts", action="store_true", help="only print the accounts and a family's link"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["accounts"]:
            self.play(reset=options["reset"], quiet=options["json"])
        if options["json"]:
            self.stdout.write(json.dumps(described()))
        else:
            self.introduce()

    def play(self, *, reset: bool, quiet: bool) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo has known passwords: it only plays where DEBUG is on.")
        if reset:
            call_command("flush", interactive=False, verbosity=0)
        elif Campaign.objects.exists():
            raise CommandError("There is a campaign already: add --reset to empty the database first.")
        forget_the_disk()
        play_demo(today=timezone.localdate(), say=(lambda text: None) if quiet else self.stdout.write)

    def introduce(self) -> None:
        """Who may sign in, and the link of a family that has not signed yet."""
        self.stdout.write(f"Sign in at {settings.SITE_URL}/connexion/ with the password {PASSWORD}")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.email:28} {account.what}")
        family = waiting_family()
        if family:
            self.stdout.write(f"A family's link: {settings.SITE_URL}{family.path}")
            self.stdout.write(f"  (it asks for {family.pupil}'s birth date: {family.birth_on:%d/%m/%Y})")


def forget_the_disk() -> None:
    """A demo cut by a power failure is played again: its thousands of commits need not wait for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


def described() -> dict[str, Any]:
    family = waiting_family()
    return {
        "password": PASSWORD,
        "accounts": [account.email for account in ACCOUNTS],
        "family_link": f"{settings.SITE_URL}{family.path}" if family else None,
        "birth_on": family.birth_on.isoformat() if family else None,
    }
