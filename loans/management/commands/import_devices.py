"""`manage.py import_devices series.csv --brand Marque --model "Portable 14" --price 450`: stock intake from a file."""

import csv
import json
from argparse import ArgumentParser
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.refusals import Refused
from loans.models import DeviceModel
from loans.registers import receive_devices


SERIAL_COLUMNS = ("serial", "numero_de_serie", "numéro de série", "n° de série")


class Command(BaseCommand):
    help = (
        "Put devices in stock from a list of serial numbers: one a line, or a CSV with a column « serial »."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--brand", required=True)
        parser.add_argument("--model", required=True)
        parser.add_argument("--price", type=Decimal, required=True, help="euros, tax included")
        parser.add_argument("--on", type=date.fromisoformat, help="day of reception, such as 2026-08-20")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        model, _created = DeviceModel.objects.get_or_create(
            brand=options["brand"],
            name=options["model"],
            defaults={"purchase_amount": options["price"], "kit": ["laptop", "charger"]},
        )
        try:
            intake = receive_devices(
                model=model,
                serials=read_serials(options["file"]),
                by=None,
                on=options["on"] or timezone.localdate(),
                at=timezone.now(),
            )
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from error
        answer = {
            "received": len(intake.received),
            "already_known": intake.already_known,
            "unreadable": intake.unreadable,
        }
        self.stdout.write(json.dumps(answer) if options["json"] else in_words(answer))
        if intake.unreadable:
            raise CommandError(f"{len(intake.unreadable)} lines are not serial numbers.")


def read_serials(path: Path) -> list[str]:
    """The serials of a file: the column named so, else the first of each line."""
    text = path.read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.splitlines(), delimiter=";" if ";" in text else ",", strict=True))
    header = [name.strip().lower() for name in rows[0]] if rows else []
    column = next((header.index(name) for name in SERIAL_COLUMNS if name in header), None)
    if column is None:
        return [row[0] for row in rows if row]
    return [row[column] for row in rows[1:] if len(row) > column]


def in_words(answer: dict[str, Any]) -> str:
    return (
        f"{answer['received']} devices received, {len(answer['already_known'])} already known, "
        f"{len(answer['unreadable'])} unreadable."
    )
