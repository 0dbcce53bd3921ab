"""Lines → typed lines, through django-import-export: its fields and widgets read, its invalid rows tell what is wrong.

Nothing is saved here: the lines become a roll, and the roll goes through the same pipeline as every other source.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.results import InvalidRow
from tablib import Dataset

from core.findings import Finding
from schools.sources.tables import wording
from schools.sources.tables.cells import tidy
from schools.sources.tables.columns import BY_NAME
from schools.sources.tables.formats import Sheet
from schools.sources.tables.titles import name_columns


class Line:
    """One line of the table; what is absent or unreadable is None."""

    uai: str | None = None
    school_year: str | None = None
    local_id: str | None = None
    ine: str | None = None
    family_name: str | None = None
    usage_name: str | None = None
    given_name: str | None = None
    birth_on: date | None = None
    mef: str | None = None
    study_label: str | None = None
    level: str | None = None
    class_code: str | None = None
    structure_type: str | None = None
    status: str | None = None
    is_repeater: bool | None = None
    entry_on: date | None = None
    exit_on: date | None = None
    exit_reason: str | None = None
    email: str | None = None
    phone: str | None = None
    previous_mef: str | None = None
    previous_uai: str | None = None
    number: int = 0

    def guardian(self, name: str, number: int) -> Any:
        """A value of one guardian's block."""
        return getattr(self, f"{name}_{number}", None)

    def text(self, name: str) -> str:
        return getattr(self, name, None) or ""


class LineResource(Resource):
    """The columns as fields; a line that cannot be read whole is invalid, and what could be read of it is kept."""

    class Meta:
        instance_loader_class = BaseInstanceLoader
        use_transactions = False
        skip_diff = True

    def __init__(self, sheet: Sheet, only: frozenset[str]) -> None:
        super().__init__()
        self.sheet = sheet
        self.titles = list(sheet.dataset.headers)
        self.places = name_columns(self.titles)
        self.lines: list[Line] = []
        self.fields = {
            name: Field(attribute=name, column_name=name, widget=BY_NAME[name].widget)
            for name in self.places
            if not only or name in only
        }

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        """Titles become our names; the other columns keep a place nobody reads."""
        names = {place: name for name, place in self.places.items()}
        dataset.headers = [names.get(place, f"?{place}") for place in range(len(self.titles))]

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        for name in self.fields:
            row[name] = tidy(row[name])

    def get_or_init_instance(self, instance_loader: Any, row: dict[str, Any]) -> tuple[Line, bool]:
        line = Line()
        self.lines.append(line)
        line.number = self.sheet.numbers[len(self.lines) - 1]
        return line, True

    def save_instance(self, instance: Line, is_create: bool, row: dict[str, Any], **kwargs: Any) -> None:
        """Nothing: the pipeline writes, not this library."""

    def save_m2m(self, obj: Line, row: dict[str, Any], **kwargs: Any) -> None:
        """Nothing either."""

    def findings_of(self, invalid: InvalidRow) -> list[Finding]:
        """What is wrong on a line, each with the title of its column as the sender wrote it."""
        number = self.sheet.numbers[invalid.number - 1]
        return [
            wording.BAD_CELL.at(
                _("line %(number)d, « %(title)s »: %(wrong)s")
                % {"number": number, "title": self.titles[self.places[name]], "wrong": " ".join(sentences)},
                line=number,
            )
            for name, sentences in invalid.field_specific_errors.items()
        ]

    def unread_titles(self) -> list[str]:
        known = set(self.places.values())
        return [title for place, title in enumerate(self.titles) if place not in known and title]


def read_lines(sheet: Sheet, only: frozenset[str] = frozenset()) -> tuple[list[Line], list[Finding]]:
    """All the lines, and what is wrong in their cells; `only` some columns are read when they are named.

    Raises DocumentRefused for missing or doubled titles.
    """
    resource = LineResource(sheet, only)
    result = resource.import_data(sheet.dataset, raise_errors=False, use_transactions=False)
    for failed in (*result.base_errors, *(error for row in result.error_rows for error in row.errors)):
        raise failed.error
    findings = [found for invalid in result.invalid_rows for found in resource.findings_of(invalid)]
    if unread := resource.unread_titles():
        findings.append(wording.COLUMNS_UNREAD.at(", ".join(unread[:40])))
    return resource.lines, findings
