"""What a field of a file says, typed: texts without stray spaces, dates or None. Pure; nothing here ever raises."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from unicodedata import normalize

from schools.codes import clean_ine


NUMBER_WIDTH = 40


def text(value: Any) -> str:
    """One line of text, accents in one piece (a Mac writes two); "" for nothing, and for what is no text at all."""
    if not isinstance(value, str | int) or value is True:
        return ""
    line = " ".join(str(value).split())
    return line if line.isascii() else normalize("NFC", line)


def number(value: Any) -> str:
    """A number of the source, as text."""
    return text(value)[:NUMBER_WIDTH]


def email(value: Any) -> str:
    return text(value).replace(" ", "").lower()


def phone(*values: Any) -> str:
    """The first that is filled in."""
    return next((found for value in values if (found := text(value).replace(" ", ""))), "")


def iso_date(value: Any) -> date | None:
    """« 2011-03-14 », with or without a time after it; None for anything else."""
    try:
        return date.fromisoformat(text(value)[:10])
    except ValueError:
        return None


@lru_cache(maxsize=20_000)
def french_date(value: str | None) -> date | None:
    """« 14/03/2011 »; None for anything else."""
    try:
        day, month, year = text(value).split("/")
        return date(int(year), int(month), int(day)) if len(year) == 4 else None
    except (ValueError, OverflowError):
        return None


def unread_dates(**fields: tuple[Any, date | None]) -> tuple[str, ...]:
    """The dates that were filled in and could not be read, by the name of their field."""
    return tuple(f"{name} {text(raw)}" for name, (raw, read) in fields.items() if read is None and text(raw))


@dataclass(frozen=True, slots=True)
class Numbers:
    """The INEs a source gives for a pupil: the usable ones, the current first, and what was typed."""

    ine: str
    others: tuple[str, ...]
    raw: str


def ines(values: Iterable[Any]) -> Numbers:
    """The national numbers among these, malformed ones left out."""
    raws = [raw for raw in map(text, values) if raw]
    found = list(dict.fromkeys(filter(None, map(clean_ine, raws))))
    return Numbers(found[0] if found else "", tuple(found[1:]), raws[0] if raws else "")
