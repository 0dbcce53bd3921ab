"""An empty table to fill: titles with their help, lists to choose from, a sheet that explains, an example."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from schools.sources.rows import CSV_ROOT, TABLE_TYPES, XLSX_ROOT
from schools.sources.tables.columns import COLUMNS, Column


LINES = 2_000  # lines with lists to choose from; a school may fill more
TEMPLATES = {"csv": CSV_ROOT, "xlsx": XLSX_ROOT}
FILLED = tuple(column for column in COLUMNS if column.in_template)
_REQUIRED, _PUPIL, _GUARDIAN = (PatternFill("solid", fgColor=tone) for tone in ("1F4E79", "5B7FA6", "6B7A52"))
_TEXT, _DAY = "@", "DD/MM/YYYY"
_DATES = {"birth_on", "entry_on", "exit_on"}


@dataclass(frozen=True, slots=True)
class Filler:
    """For which school; its classes and studies (code, label) where they are known."""

    uai: str
    school_name: str
    school_year: int
    classes: tuple[str, ...] = ()
    studies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    name: str
    content_type: str
    content: bytes


def make_template(filler: Filler, file_format: str) -> Template:
    """A CSV holds titles only; a workbook holds all the rest too."""
    name = "-".join(filter(None, ["effectifs", filler.uai, str(filler.school_year)]))
    content = _csv() if file_format == "csv" else _workbook(filler)
    return Template(f"{name}.{file_format}", TABLE_TYPES[TEMPLATES[file_format]], content)


def _csv() -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerow(column.title for column in FILLED)
    return stream.getvalue().encode("utf-8-sig")


def _workbook(filler: Filler) -> bytes:
    book = Workbook()
    sheet, lists = book.active, book.create_sheet("Listes")
    sheet.title = "Élèves"
    for place, column in enumerate(FILLED, start=1):
        _title(sheet, place, column)
        _format(sheet, place, column)
        _offer(sheet, lists, place, column, filler)
    sheet.freeze_panes = "A2"
    sheet.row_dimensions[1].height = 48
    _explain(book.create_sheet(_("How to fill it"), 1), filler)
    _example(book.create_sheet(_("Example"), 2), filler)
    lists.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _title(sheet: Worksheet, place: int, column: Column) -> None:
    cell = sheet.cell(1, place, column.title)
    cell.font = Font(bold=True, color="FFFFFF")
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    is_guardian = column.name[-1].isdigit()
    cell.fill = _REQUIRED if column.is_required else _GUARDIAN if is_guardian else _PUPIL
    if column.help:
        cell.comment = Comment(str(column.help), "Cartable", height=90, width=280)


def _format(sheet: Worksheet, place: int, column: Column) -> None:
    """Codes and telephones are text, or the spreadsheet would take them for numbers."""
    letter = get_column_letter(place)
    sheet.column_dimensions[letter].width = max(14, min(30, len(column.title) + 2))
    sheet.column_dimensions[letter].number_format = _DAY if column.name in _DATES else _TEXT


def _offer(sheet: Worksheet, lists: Worksheet, place: int, column: Column, filler: Filler) -> None:
    """A list to choose from; the school's own classes and studies may be left for others."""
    known = {
        "uai": tuple(filter(None, [filler.uai])),
        "class_code": filler.classes,
        "mef": tuple(code for code, _label in filler.studies),
    }
    words = column.words or known.get(column.name, ())
    if not words:
        return
    letter = get_column_letter(place)
    for number, word in enumerate(words, start=1):
        lists.cell(number, place, word)
    rule = DataValidation(
        type="list", formula1=f"Listes!${letter}$1:${letter}${len(words)}", allow_blank=True
    )
    rule.showErrorMessage = bool(column.words)
    rule.errorTitle, rule.error = column.title[:32], _("Choose a word of the list.")
    if column.help:
        rule.promptTitle, rule.prompt = column.title[:32], str(column.help)[:255]
        rule.showInputMessage = True
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{LINES + 1}")


def _explain(sheet: Worksheet, filler: Filler) -> None:
    school = " ".join(filter(None, [filler.school_name, filler.uai]))
    lines: list[tuple[str, ...]] = [
        (
            _("Enrolments of the school year %(year)s")
            % {"year": f"{filler.school_year}-{filler.school_year + 1}"},
        ),
        (school,),
        ("",),
        (_("1. Fill in the first sheet: one line a pupil, all the pupils of the school, at each sending."),),
        (_("2. Dark blue columns must be filled in. The others may stay empty."),),
        (_("3. Keep the first line as it is. Columns may be moved or removed, except the dark blue ones."),),
        (
            _(
                "4. Save, then send the file from the page “Enrolment imports”: nothing is applied before you agree."
            ),
        ),
        (_("A pupil who leaves keeps the line, with a date of leaving."),),
        (
            _(
                "The Code MEF of each pupil is on the school certificate, and in your school management software."
            ),
        ),
        ("",),
        (_("Column"), _("What it holds"), _("Example")),
    ]
    lines += [(column.title, str(column.help), column.example) for column in FILLED]
    if filler.studies:
        lines += [("",), (_("Code MEF already known in your school"), _("Study"), "")]
        lines += [(code, label, "") for code, label in filler.studies]
    for line in lines:
        sheet.append(list(line))
    sheet["A1"].font = Font(bold=True, size=14)
    for row in sheet.iter_rows():
        for cell in row:
            cell.number_format = _TEXT
            cell.alignment = Alignment(wrap_text=cell.column > 1, vertical="top")
    for letter, width in (("A", 38), ("B", 80), ("C", 26)):
        sheet.column_dimensions[letter].width = width


def _example(sheet: Worksheet, filler: Filler) -> None:
    sheet.append([column.title for column in FILLED])
    sheet.append([filler.uai if column.name == "uai" else column.example for column in FILLED])
    for place, column in enumerate(FILLED, start=1):
        _title(sheet, place, column)
        sheet.column_dimensions[get_column_letter(place)].width = max(14, min(30, len(column.title) + 2))
