"""A directory of schools as a file: CSV, or JSON as the Explore API exports and answers it, columns by name.

Source: the open data « fr-en-annuaire-education ». `/exports/csv` and `/exports/json` give the rows, `/records` gives
them in `results`; numbers and positions come typed, so all is made text again.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.refusals import Refused


UAI, NAME = "identifiant_de_l_etablissement", "nom_etablissement"
Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """The rows, all cells as text. Raises Refused(`directory_unreadable`, `directory_columns`)."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = _from_json(text) if text.lstrip()[:1] in ("[", "{") else _from_csv(text)
    except (OSError, ValueError, RecursionError, csv.Error) as error:
        raise Refused(
            "directory_unreadable",
            _("This file is neither CSV nor JSON in UTF-8: %(why)s.") % {"why": error},
        ) from error
    columns = set(rows[0]) if rows else set()
    if not {UAI, NAME} <= columns:
        raise Refused(
            "directory_columns",
            _("The columns %(uai)s and %(name)s are needed in the first line.") % {"uai": UAI, "name": NAME},
        )
    return rows


def _from_csv(text: str) -> list[Row]:
    first_line = text.split("\n", 1)[0]
    delimiter = ";" if first_line.count(";") >= first_line.count(",") else ","
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, restval=""))


def _from_json(text: str) -> list[Row]:
    content = json.loads(text)
    listed = content.get("results") if isinstance(content, dict) else content
    if not isinstance(listed, list):
        raise ValueError(_("no list of schools"))
    return [{name: _cell(value) for name, value in row.items()} for row in listed if isinstance(row, dict)]


def _cell(value: Any) -> str:
    """« 1 » for true, nothing for null; lists are joined, positions are in columns of their own."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    return str(value) if isinstance(value, str | int | float) else ""
