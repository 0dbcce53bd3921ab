"""Bytes → a dataset of django-import-export, strictly: nothing is padded, shifted or guessed in silence."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext as _
from import_export.formats.base_formats import CSV, XLSX
from tablib import Dataset

from schools.sources.refusals import DocumentRefused
from schools.sources.rows import Document
from schools.sources.tables import wording
from schools.sources.tables.cells import tidy


LINE_LIMIT = 6_000  # the largest schools of France have under 4,000 pupils
SHEET_LIMIT = 20_000  # lines looked at, the empty ones that a spreadsheet keeps included
DELIMITERS = ";,\t"
END = "FIN"
_LATIN_9_ONLY = re.compile(b"[\xa4\xa6\xa8\xb4\xb8\xbc\xbd\xbe]")
_WINDOWS_ONLY = re.compile(b"[\x80-\x9f]")
_MOMENTS = ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y")
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    IndexError,
    TypeError,
    AttributeError,
    OSError,
    ParseError,
)
OLDEST = 2020  # some writers say that every file was made in 2006


@dataclass(slots=True)
class Sheet:
    """A table as it came: its lines as a dataset, the number each has in the spreadsheet, when it was made if known."""

    dataset: Dataset
    numbers: list[int] = field(default_factory=list)
    made_at: datetime | None = None


class StrictCSV(CSV):
    """CSV as spreadsheets write it: `;`, `,` or tab; UTF-8, Windows-1252, Latin-9 or UTF-16."""

    def create_sheet(self, document: Document) -> Sheet:
        text = decode(document)
        skipped = int(text[:4].lower() == "sep=")  # Excel's own hint, on a line before the titles
        if skipped:
            text = text.partition("\n")[2]
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        return _sheet(_numbered(reader, skipped), is_text=True)


class StrictXLSX(XLSX):
    """A workbook's first sheet; a formula is worth the value it last had."""

    def create_sheet(self, document: Document) -> Sheet:
        try:
            book = openpyxl.load_workbook(io.BytesIO(document.data), read_only=True, data_only=True)
            first = book.worksheets[0]
            first.reset_dimensions()  # some writers say that a sheet has one cell
            rows = list(enumerate(first.iter_rows(values_only=True, max_row=SHEET_LIMIT + 1), start=1))
        except _DAMAGED as error:
            raise DocumentRefused(wording.BAD_TABLE.at(document.name)) from error
        if len(rows) > SHEET_LIMIT:
            raise DocumentRefused(wording.TOO_LONG.at(document.name))
        sheet = _sheet(iter((number, list(row)) for number, row in rows), is_text=False)
        made_at = book.properties.modified
        if sheet.made_at is None and made_at and made_at.year >= OLDEST:
            sheet.made_at = made_at.replace(tzinfo=None, microsecond=0)
        return sheet


FORMATS = {"table-csv": StrictCSV, "table-xlsx": StrictXLSX}


def open_sheet(document: Document) -> Sheet:
    """The lines of this document. Raises DocumentRefused."""
    sheet = FORMATS[document.root]().create_sheet(document)
    if len(sheet.numbers) > LINE_LIMIT:
        raise DocumentRefused(wording.TOO_LONG.at(document.name))
    return sheet


def decode(document: Document) -> str:
    """The text of a CSV: by its mark, else UTF-8, else what French spreadsheets write. Raises DocumentRefused."""
    data = document.data
    try:
        text = data.decode("utf-16") if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else _decode_bytes(data)
    except UnicodeDecodeError as error:
        raise DocumentRefused(wording.UNREADABLE_SIGNS.at(document.name)) from error
    if "\0" in text:
        raise DocumentRefused(wording.UNREADABLE_SIGNS.at(document.name))
    return text


def _decode_bytes(data: bytes) -> str:
    """Œ and € are not at the same place in Windows-1252 and Latin-9: the bytes only one of them uses tell."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if not _WINDOWS_ONLY.search(data) and _LATIN_9_ONLY.search(data):
            return data.decode("iso-8859-15")
        return data.decode("cp1252")


def _delimiter(text: str) -> str:
    titles = re.sub(r'"[^"]*"', "", text.split("\n", 1)[0])
    return max(DELIMITERS, key=titles.count)


def _numbered(reader: Any, skipped: int) -> Iterator[tuple[int, list[Any]]]:
    """Each record with the number of its first line."""
    number = 1 + skipped
    try:
        for row in reader:
            yield number, row
            number = reader.line_num + 1 + skipped
    except csv.Error as error:
        raise DocumentRefused(wording.OPEN_QUOTE.at(_line(number))) from error


def _line(number: int) -> str:
    return _("line %(number)d") % {"number": number}


def _filled(row: list[Any]) -> list[Any]:
    """The cells up to the last one that holds something."""
    cells = [tidy(cell) for cell in row]
    while cells and cells[-1] in (None, ""):
        cells.pop()
    return cells


def _sheet(rows: Iterator[tuple[int, list[Any]]], *, is_text: bool) -> Sheet:
    """Titles, lines, then perhaps FIN and the number of lines. A line of text must have all its separators."""
    titles = _filled(next(rows, (1, []))[1])
    sheet, width, wrong = Sheet(Dataset()), len(titles), []
    sheet.dataset.headers = [str(title or "") for title in titles] or [""]
    for number, row in rows:
        cells = _filled(row)
        if _is_end(cells):
            _check_end(cells, len(sheet.numbers), rows)
            sheet.made_at = _moment(cells[2]) if len(cells) > 2 else None
            break
        if len(cells) > width or (is_text and cells and len(row) < width):
            wrong.append(_line(number))
        elif cells:
            sheet.dataset.append(cells + [""] * (width - len(cells)))
            sheet.numbers.append(number)
    if wrong:
        raise DocumentRefused(wording.WRONG_WIDTH.at(", ".join(wrong[:20])))
    return sheet


def _is_end(cells: list[Any]) -> bool:
    return len(cells) in {2, 3} and cells[0] == END and str(cells[1]).isdigit()


def _check_end(cells: list[Any], count: int, rows: Iterator[tuple[int, list[Any]]]) -> None:
    has_more = any(_filled(row) for _number, row in rows)
    if has_more or int(cells[1]) != count:
        said = _("%(said)d announced, %(count)d found") % {"said": int(cells[1]), "count": count}
        raise DocumentRefused(wording.CUT_SHORT.at(said))


def _moment(cell: Any) -> datetime | None:
    if isinstance(cell, datetime):
        return cell
    for pattern in _MOMENTS:
        try:
            return datetime.strptime(str(cell), pattern)
        except ValueError:
            continue
    return None
