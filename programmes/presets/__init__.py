"""Presets: the rules of real programmes as TOML files, read for one school year (X12).

`preset("normandie").rules_for(2026)` gives the typed rules. The comment beside a value is its source.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from programmes.rule_tree import Rules


FOLDER = Path(__file__).parent
APART = {"cited", "programme", "calendar", "dates_of"}
HEADER = re.compile(r"^\[\[?([\w.]+)\]\]?(?:\s*#\s*(.+))?$")
ENTRY = re.compile(r"^(\w+)\s*=.*?\s#\s(.+)$")


@dataclass(frozen=True, slots=True)
class Preset:
    """One file: who runs the programme, its dates within a school year, its rules as written."""

    programme: dict[str, Any]
    calendar: dict[str, str]
    document: dict[str, Any]
    dates_of: int

    def rules_for(self, year: int) -> Rules:
        """The typed rules, their dates moved to that school year; raises pydantic.ValidationError."""
        return Rules.read(moved(self.document, weeks_between(self.dates_of, year)))

    def dates_for(self, year: int) -> dict[str, date]:
        """The campaign's dates: « 08-28 » is in the year's August, « 07-31 » in the July after."""
        return {f"{name}_on": day_of_school_year(text, year) for name, text in self.calendar.items()}


def preset_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def preset(name: str) -> Preset:
    """The preset of that name; raises KeyError when there is none."""
    if name not in preset_names():
        raise KeyError(name)
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text, parse_float=Decimal)
    document = {section: values for section, values in data.items() if section not in APART}
    document["sources"] = sources_in(text, data["cited"])
    return Preset(data["programme"], data["calendar"], document, data["dates_of"])


def sources_in(text: str, cited: dict[str, str]) -> dict[str, str]:
    """Dotted path → source, read from the comments that stand beside sections and values."""
    found: dict[str, str] = {}
    section = ""
    for line in text.splitlines():
        if header := HEADER.match(line):
            section, path, comment = header[1], header[1], header[2]
        elif entry := ENTRY.match(line):
            path, comment = f"{section}.{entry[1]}", entry[2]
        else:
            continue
        if comment and section and section.split(".")[0] not in APART:
            found[path] = full_source(comment, cited)
    return found


def full_source(comment: str, cited: dict[str, str]) -> str:
    """« fiche, étape 3 » → the sheet's full name, « , étape 3 »; an unknown short name raises KeyError."""
    short = re.match(r"\w+", comment)
    if short is None:
        raise KeyError(comment)
    return cited[short[0]] + comment[short.end() :]


def weeks_between(old: int, new: int) -> timedelta:
    """Whole weeks nearest to the gap between two school years, so that a Friday stays a Friday."""
    days = (date(new, 9, 1) - date(old, 9, 1)).days
    return timedelta(weeks=(2 * days + 7) // 14)


def moved(value: Any, shift: timedelta) -> Any:
    """The same document with each date moved."""
    if isinstance(value, dict):
        return {name: moved(part, shift) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [moved(part, shift) for part in value]
    return value + shift if isinstance(value, date) else value


def day_of_school_year(text: str, year: int) -> date:
    """« 08-28 » in the school year 2026 → 28 August 2026; before August, the next calendar year."""
    month, day = (int(part) for part in text.split("-"))
    return date(year if month >= 8 else year + 1, month, day)
