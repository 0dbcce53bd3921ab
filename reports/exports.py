"""Files for spreadsheets, through django-import-export: same rows as the screen, safe to open (P7, trust)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.formats.base_formats import CSV, XLSX
from import_export.resources import Resource
from import_export.widgets import CharWidget, DateWidget

from accounts.models import User
from core.evidence import record_event


FORMATS = {name: maker for name, maker in (("csv", CSV), ("xlsx", XLSX)) if maker.is_available()}
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


class HarmlessText(CharWidget):
    """Text that a spreadsheet will not run as a formula, whoever typed it at the source."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        text = "" if value is None else str(value)
        return f"'{text}" if text.startswith(DANGEROUS) else text


def text(attribute: str, header: Any) -> Field:
    return Field(attribute=attribute, column_name=header, widget=HarmlessText())


def day(attribute: str, header: Any) -> Field:
    return Field(attribute=attribute, column_name=header, widget=DateWidget(format="%d/%m/%Y"))


def number(attribute: str, header: Any) -> Field:
    return Field(attribute=attribute, column_name=header)


class PupilResource(Resource):
    """The lines of the pupils' table."""

    school_uai = text("school_uai", _("UAI"))
    school_name = text("school_name", _("School"))
    class_code = text("class_code", _("Class"))
    name = text("name", _("Pupil"))
    ine = text("ine", _("INE"))
    study = text("study", _("Study"))
    state = text("state", _("State"))
    actor = text("actor", _("Who must act"))
    sent_on = day("sent_on", _("Sent on"))
    reminders_count = number("reminders_count", _("Reminders"))
    signed_on = day("signed_on", _("Signed on"))
    delivery = text("delivery", _("Delivery"))
    device_tag = text("device_tag", _("Laptop"))


class SchoolResource(Resource):
    """The lines of the region's table; the last one is the sum."""

    uai = text("uai", _("UAI"))
    name = text("name", _("School"))
    eligible_count = number("sums__progress__eligible_count", _("Eligible pupils"))
    expected_count = number("sums__progress__expected_count", _("Pupils counted for the threshold"))
    signed_count = number("sums__progress__signed_count", _("Signed conventions"))
    rate = text("rate", _("Signature rate"))
    equipped_count = number("sums__progress__equipped_count", _("Equipped pupils"))
    unreachable_count = number("sums__progress__unreachable_count", _("Families that cannot be reached"))
    tickets_count = number("sums__tickets_count", _("Open requests"))
    returns_count = number("sums__returns_count", _("Laptops to come back"))
    held_count = number("sums__held_count", _("Imports held"))
    delivery_on = day("delivery_on", _("Delivery day"))
    delivery_state = text("delivery_state", _("Delivery"))
    concerns = text("concerns", _("What needs action"))


class QualityResource(Resource):
    """What to mend in a school's base, a line a pupil and issue."""

    class_code = text("class_code", _("Class"))
    name = text("name", _("Pupil"))
    ine = text("enrolment__pupil__ine", _("INE"))
    issue = text("issue__label", _("What to mend"))
    why = text("issue__why", _("Why"))
    remedy = text("issue__remedy", _("How to mend it"))
    entered_on = day("enrolment__entered_on", _("Enrolled since"))


class CallResource(Resource):
    """The families to phone, a line each."""

    class_code = text("convention__enrolment__class_code", _("Class"))
    name = text("convention__pupil__list_name", _("Pupil"))
    reference = text("convention__reference", _("Reference"))
    names = text("names", _("Whom to call"))
    phones = text("phones", _("Phone"))
    reason = text("reason", _("Why"))
    outcome = text("last__get_outcome_display", _("Last call"))
    called_on = day("last__called_at", _("Called on"))
    tries_count = number("tries_count", _("Calls"))


def file_of(resource: Resource, rows: Iterable[Any], file_format: str, name: str) -> HttpResponse:
    """The rows as a download. A CSV file is for French spreadsheets: semicolons, and a mark that says UTF-8."""
    table, maker = resource.export(list(rows)), FORMATS[file_format]()
    if file_format == "csv":
        content: Any = ("\ufeff" + maker.export_data(table, delimiter=";")).encode()
    else:
        content = maker.export_data(table)
    response = HttpResponse(content, content_type=maker.get_content_type())
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)}.{file_format}"'
    return response


def log_export(*, what: str, filters: dict[str, str], rows_count: int, by: User, at: datetime) -> None:
    """Who took which list away, and when: pupils' data left the screen (P13)."""
    record_event(
        stream=f"export:{what}",
        action="exported",
        actor=f"user:{by.public_id}",
        at=at,
        filters=filters,
        rows_count=rows_count,
    )
