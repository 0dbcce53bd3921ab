"""`manage.py open_campaign normandie 2026`: programme, rules and campaign from a preset."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.refusals import Refused
from programmes.campaigns import open_campaign
from programmes.models import Campaign


class Command(BaseCommand):
    help = "Open a campaign from a preset; opening it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("preset", help="normandie, occitanie, ile_de_france, sarthe…")
        parser.add_argument("year", type=int, help="the year of the school year's September")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        before = set(Campaign.objects.values_list("pk", flat=True))
        try:
            campaign = open_campaign(
                preset=options["preset"], year=options["year"], by=None, on=timezone.localdate()
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        answer = {
            "campaign": campaign.slug,
            "opened": campaign.pk not in before,
            "rules": campaign.rules_version,
            "mailing_on": campaign.mailing_on.isoformat(),
            "first_delivery_on": campaign.first_delivery_on.isoformat(),
            "last_delivery_on": campaign.last_delivery_on.isoformat(),
        }
        self.stdout.write(json.dumps(answer) if options["json"] else in_words(answer))


def in_words(answer: dict[str, Any]) -> str:
    state = "opened" if answer["opened"] else "already open"
    return (
        f"{answer['campaign']}: {state}, rules {answer['rules']}, first mailing on {answer['mailing_on']}, "
        f"deliveries from {answer['first_delivery_on']} to {answer['last_delivery_on']}."
    )
