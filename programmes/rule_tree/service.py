"""Helplines, digital inclusion, imports and the keeping of personal data."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Self

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from programmes.rule_tree.base import Count, Positive, Section, Share, Term
from programmes.rule_tree.signing import Weekday


MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class Hours(Section):
    """Opening hours shared by some days of the week (0 is Monday)."""

    title = _("Opening hours")

    weekdays: Annotated[tuple[Weekday, ...], Term(_("Days"), "weekday"), Field(min_length=1)]
    opens: Annotated[time, Term(_("Opens"), "time")]
    closes: Annotated[time, Term(_("Closes"), "time")]

    @model_validator(mode="after")
    def closes_after_it_opens(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError(gettext("A helpline must close after it opens."))
        return self


class Helpline(Section):
    """One desk: its number, its address, its hours."""

    title = _("Helpline")

    phone: Annotated[str, Term(_("Telephone")), Field(pattern=r"^[0-9+][0-9 ]{3,19}$")]
    phone_is_free: Annotated[bool, Term(_("The call is free"))] = False
    email: Annotated[str, Term(_("E-mail")), Field(pattern=r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$")]
    hours: Annotated[tuple[Hours, ...], Term(_("Opening hours")), Field(min_length=1)]

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody answers at that local time; holidays are the calendar's business."""
        slots = (slot for slot in self.hours if moment.weekday() in slot.weekdays)
        return any(slot.opens <= moment.time() < slot.closes for slot in slots)


class Support(Section):
    """Two helplines. The schools' number is never shown to families."""

    title = _("Helplines")

    families: Annotated[Helpline, Term(_("For families"))]
    schools: Annotated[Helpline, Term(_("For schools"), note=_("Never given to pupils."))]
    overflow_to_families: Annotated[
        bool, Term(_("Outside its hours, the schools' line rings at the families' desk"))
    ] = True
    first_answer_hours: Annotated[Positive, Term(_("First answer within"), "opening hours")]
    resolution_hours: Annotated[Positive, Term(_("Solved within"), "opening hours")]


class Inclusion(Section):
    """Help for pupils far from digital tools."""

    title = _("Digital inclusion")

    hotspots: Annotated[bool, Term(_("4G hotspots are lent"))] = False
    gigabytes_per_month: Annotated[Count, Term(_("Data each month"), "gigabytes")] = 0
    until_end_of_school_year: Annotated[bool, Term(_("Until the end of the school year"))] = True
    practice_sessions: Annotated[bool, Term(_("Practice sessions are offered"))] = False
    priorities: Annotated[tuple[str, ...], Term(_("Who comes first"))] = ()


class Imports(Section):
    """When an enrolment file is believed."""

    title = _("Enrolment files")

    max_error_share: Annotated[Share, Term(_("A file is held when more rows are wrong than"), "share")]
    drop_guard_minimum: Annotated[
        Count, Term(_("The guard against removals counts from"), "pupils", _("Small classes vary more."))
    ]
    small_school_share: Annotated[
        Share, Term(_("In a smaller school a file is held when more pupils go than"), "share")
    ] = Decimal("0.5")
    drop_guard_few: Annotated[
        Positive,
        Term(_("Nothing is suspicious for fewer than"), "pupils", _("A family of three may move away.")),
    ] = 5
    redirected_share: Annotated[
        Share,
        Term(
            _("A file is held when more of the guardians’ addresses change than"),
            "share",
            _("Signing links must not be led astray by one file."),
        ),
    ] = Decimal("0.10")
    region_drop_guard: Annotated[
        Share,
        Term(_("In one night, files that remove pupils wait once more of the region is gone than"), "share"),
    ] = Decimal("0.05")
    region_guard_minimum: Annotated[Count, Term(_("The guard of the region counts from"), "pupils")] = 500
    second_person_from: Annotated[
        Count,
        Term(
            _("Another person than the sender decides on a held file from"),
            "pupils",
            _("To undo an import or to merge two pupils, always another person than the one who asked."),
        ),
    ] = 20
    max_age_days: Annotated[Positive, Term(_("A file is too old after"), "days")]
    expected_every_days: Annotated[
        Positive, Term(_("The region is told of a school that sent no file for"), "days")
    ] = 3
    silence_from: Annotated[MonthDay, Term(_("Departures are not read from files from"), "month day")]
    silence_until: Annotated[MonthDay, Term(_("until"), "month day")]

    def is_silent(self, on: date) -> bool:
        """Summer files empty themselves: nobody leaves because of them."""
        return self.silence_from <= on.strftime("%m-%d") < self.silence_until


class Privacy(Section):
    """How long each class of data is kept, in days after it stops being useful."""

    title = _("Personal data")

    raw_files_days: Annotated[
        Positive,
        Term(
            _("Enrolment files as received"),
            "days",
            _("With the values they replaced and, line by line, what the held ones would do."),
        ),
    ]
    pupils_days: Annotated[Positive, Term(_("Pupils and guardians, after the end of the loan"), "days")]
    signed_documents_days: Annotated[
        Positive, Term(_("Signed conventions, after the end of the loan"), "days")
    ]
    tickets_days: Annotated[Positive, Term(_("Help requests, after they are closed"), "days")]
    police_reports_days: Annotated[Positive, Term(_("Police reports, after the case is closed"), "days")]
    messages_days: Annotated[Positive, Term(_("Messages sent"), "days")]
    access_log_days: Annotated[Positive, Term(_("Log of who read what"), "days")]
