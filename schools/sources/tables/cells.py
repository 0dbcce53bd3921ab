"""One cell → one value: widgets of django-import-export, whose errors are sentences about that cell.

A spreadsheet loses leading zeros, turns long codes into « 2,00E+10 » and dates into numbers of days: what can be told
for sure is put right, the rest is said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from import_export.widgets import Widget
from openpyxl.utils.datetime import from_excel

from schools.search import search_key


TEXT_LIMIT = 200  # signs; no name is longer
SHOWN = 40  # signs of a wrong value that are shown
_FORMULA = re.compile(r"[=@]|[+-](?![\d ().]*$)")
_SHORTENED = re.compile(r"\d+(?:[.,]\d+)?[eE]\+\d+")
_DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S")
_SERIALS = range(20_000, 80_000)  # days since 1900: from 1954 to 2119


def tidy(value: Any) -> Any:
    """Text in one form of Unicode, without invisible signs nor doubled spaces; other values as they are."""
    if not isinstance(value, str) or not value:
        return value
    composed = value if value.isascii() else unicodedata.normalize("NFC", value)
    if composed.isprintable():
        return " ".join(composed.split())
    seen = "".join(" " if sign.isspace() else sign for sign in composed if _is_seen(sign))
    return " ".join(seen.split())


def _is_seen(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) not in {"Cc", "Cf", "Co", "Cs"}


def key_of(text: Any) -> str:
    """A title or a word without accents, capitals, spaces and signs: « Né(e) le » and « NEE LE » are one."""
    return search_key(str(text or "")).replace(" ", "")


def shown(value: Any) -> str:
    """How a sentence quotes a wrong value."""
    text = f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


class TextCell(Widget):
    """Words: a name, a class, an address. A number is written without « .0 »."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = _text(value)
        if len(text) > TEXT_LIMIT:
            raise ValueError(_("“%(value)s” is too long.") % {"value": shown(text)})
        return text


class EmailCell(TextCell):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return "".join(super().clean(value).split()).lower()


class CodeCell(TextCell):
    """A code of the ministry: capitals, no space; a code that Excel has shortened is lost."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = super().clean(value)
        if _SHORTENED.fullmatch(text):
            raise ValueError(
                _("“%(value)s” is a code that the spreadsheet shortened: give the column the format Text.")
                % {"value": shown(text)}
            )
        return "".join(text.split()).upper()


class NumberCell(CodeCell):
    """The number a school's own base gives: « 04101 », « 4101 » and 4101 are one."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = super().clean(value)
        return text.lstrip("0") or text if text.isdigit() and len(text) < 11 else text


class PhoneCell(CodeCell):
    """A telephone number, its lost first zero given back."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        digits = re.sub(r"[^0-9+]", "", super().clean(value))
        if len(digits) == 9 and digits[0] in "123456789":
            return f"0{digits}"
        if len(digits) == 11 and digits.startswith("33"):
            return f"+{digits}"
        return digits


class DateCell(Widget):
    """A day: a date of the spreadsheet, its number of days, « 14/03/2011 » or « 2011-03-14 »."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = _text(value)
        if not text:
            return None
        found = _from_serial(text) if text.isdigit() else _from_text(text)
        if found is None:
            raise ValueError(
                _("“%(value)s” is not a date: write it like 14/03/2011.") % {"value": shown(text)}
            )
        return found


class ChoiceCell(Widget):
    """One word of a short list, or its code."""

    def __init__(self, words: Mapping[str, Any], example: str) -> None:
        super().__init__()
        self.words = {key_of(word): value for word, value in words.items()}
        self.example = example

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = _text(int(value) if isinstance(value, bool) else value)
        if not text:
            return None
        if key_of(text) not in self.words:
            raise ValueError(
                _("“%(value)s” is not one of the words of this column: write for example “%(example)s”.")
                % {"value": shown(text), "example": self.example}
            )
        return self.words[key_of(text)]


def _text(value: Any) -> str:
    """The cell as text; a formula or an error of the spreadsheet is refused."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime | date):
        value = shown(value)
    text = str(value)
    if _FORMULA.match(text) or text.startswith("#"):
        raise ValueError(
            _("“%(value)s” looks like a formula: type the value itself.") % {"value": shown(text)}
        )
    return text


def _from_serial(text: str) -> date | None:
    days = int(text) if len(text) == 5 else 0
    found = from_excel(days) if days in _SERIALS else None
    return found.date() if isinstance(found, datetime) else None


def _from_text(text: str) -> date | None:
    for pattern in _DATES:
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    return None
