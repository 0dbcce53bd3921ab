"""From the convention to the laptop in hand: signature, gate, replanning, absentees, mid-year waves."""

import itertools
from datetime import date, time
from typing import Annotated, Self

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from programmes.enums import DayKind, Denominator, OneTimeCode, ReadingLanguage, Validator, WavesOpen
from programmes.rule_tree.base import Count, Positive, Section, Share, Term


Weekday = Annotated[int, Field(ge=0, le=6, strict=True)]


class Signature(Section):
    """How a convention is sent, reminded and signed, and what is done for families far from screens."""

    title = _("Signing the convention")

    link_validity_days: Annotated[Positive, Term(_("A signing link is valid for"), "days")]
    reminders_after_days: Annotated[
        tuple[Positive, ...], Term(_("Reminders after the first message"), "days")
    ] = ()
    reminders_at_most: Annotated[
        Count, Term(_("Reminders to one family, at most"), "times", _("Those sent by hand included."))
    ] = 6
    second_person_from: Annotated[
        Positive,
        Term(
            _("A second person approves a mailing from"),
            "messages",
            _("Below, it may leave by itself. Reminders of a mailing that left need no approval."),
        ),
    ] = 1000
    messages_per_minute: Annotated[Positive, Term(_("Messages leave, each minute, at most"), "messages")] = (
        600
    )
    quiet_from: Annotated[time, Term(_("No message after"), "time")] = time(20)
    quiet_until: Annotated[time, Term(_("No message before"), "time")] = time(8)
    one_time_code: Annotated[OneTimeCode, Term(_("Code asked before signing"))] = OneTimeCode.NONE
    paper_after_days: Annotated[
        Count,
        Term(_("Paper copy available after the mailing"), "days", _("Counted from the mailing to all.")),
    ]
    paper_at_once_without_email: Annotated[
        bool, Term(_("Paper copy at once for families without an e-mail address"))
    ] = True
    paper_validated_by: Annotated[Validator, Term(_("Who checks the signed scan"))]
    desk_signing: Annotated[bool, Term(_("Signing at the school's desk is possible"))] = True
    languages: Annotated[
        tuple[ReadingLanguage, ...],
        Term(
            _("Families may read a summary in"),
            note=_("French is always there: only the French text is the contract."),
        ),
    ] = tuple(ReadingLanguage)

    @model_validator(mode="after")
    def reminders_go_forward(self) -> Self:
        days = self.reminders_after_days
        if any(later <= sooner for sooner, later in itertools.pairwise(days)):
            raise ValueError(gettext("Each reminder must come later than the one before."))
        if days and days[-1] >= self.link_validity_days:
            raise ValueError(gettext("The last reminder must be sent while the signing link is still valid."))
        if len(days) > self.reminders_at_most:
            raise ValueError(gettext("More reminders are planned than a family may receive."))
        return self


class Gate(Section):
    """The check that confirms or cancels a delivery. Equality passes: 0.85 exactly is confirmed."""

    title = _("Confirming a delivery")

    threshold: Annotated[
        Share,
        Term(_("Signature rate to reach"), "share", _("Equal is enough. No rounding.")),
        Field(gt=0),
    ]
    days_before: Annotated[Positive, Term(_("Check before the delivery"), "days", _("Calendar days."))]
    denominator: Annotated[Denominator, Term(_("Pupils counted"))]
    refusals_leave_denominator: Annotated[bool, Term(_("A family that refuses is no longer counted"))]
    minimum_population: Annotated[
        Count,
        Term(_("Smallest school decided automatically"), "pupils", _("Below, the authority decides.")),
    ] = 1
    stale_data_hours: Annotated[
        Positive,
        Term(
            _("Enrolments are too old after"), "hours", _("The decision then says so, for somebody to check.")
        ),
    ]


class DayRange(Section):
    """Days when nothing is delivered, both ends included, with the reason told to schools."""

    title = _("Closed days")

    first_day: Annotated[date, Term(_("From"), "date")]
    last_day: Annotated[date, Term(_("To"), "date")]
    reason: Annotated[str, Term(_("Reason")), Field(min_length=1)]

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError(gettext("The last closed day comes before the first."))
        return self

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


class Replan(Section):
    """What the schedule can carry, and how soon a cancelled delivery may come back."""

    title = _("Planning and replanning")

    min_notice_days: Annotated[Positive, Term(_("Notice given to the school"), "days")]
    teams_count: Annotated[Positive, Term(_("Teams on the road each day"), "teams")]
    pupils_per_team_day: Annotated[Positive, Term(_("Pupils a team equips in a day"), "pupils")]
    weekdays: Annotated[
        tuple[Weekday, ...], Term(_("Days of the week with deliveries"), "weekday"), Field(min_length=1)
    ] = (0, 1, 2, 3, 4)
    school_holidays_closed: Annotated[bool, Term(_("No delivery during school holidays"))] = True
    closed_days: Annotated[tuple[DayRange, ...], Term(_("Other days without delivery"))] = ()


class Absence(Section):
    """What is done for pupils absent on delivery day."""

    title = _("Pupils absent on the day")

    few_max: Annotated[
        Count, Term(_("Named parcels up to"), "pupils", _("Beyond, the team comes a second time."))
    ]
    parcel_working_days: Annotated[Positive, Term(_("Parcels sent within"), "working days")]
    second_visit_days: Annotated[Positive, Term(_("Second visit after"), "days")]
    second_visit_day_kind: Annotated[DayKind, Term(_("How these days are counted"))]


class Wave(Section):
    """One mid-year shipment: conventions signed before `cutoff` leave in the week of `ship_week`."""

    title = _("Mid-year wave")

    cutoff: Annotated[date, Term(_("Signed before"), "date")]
    ship_week: Annotated[date, Term(_("Sent in the week of"), "date")]

    @model_validator(mode="after")
    def ships_after_the_cutoff(self) -> Self:
        """N9: the 2022 sheet prints « 31/03/23 → 3/03/23 », a slip for 3/04/23."""
        if self.ship_week <= self.cutoff:
            raise ValueError(
                gettext("The week of %(week)s comes before its own cut-off date, %(cutoff)s: check this row.")
                % {"week": date_format(self.ship_week, "j F Y"), "cutoff": date_format(self.cutoff, "j F Y")}
            )
        return self


class Midyear(Section):
    """How newcomers, and those who had not signed in time, are equipped during the year."""

    title = _("During the year")

    opens: Annotated[WavesOpen, Term(_("Mid-year shipments start"))]
    unsigned_join: Annotated[bool, Term(_("Families who signed too late are included"))] = True
    waves: Annotated[tuple[Wave, ...], Term(_("Calendar of shipments"))] = ()

    @model_validator(mode="after")
    def waves_follow_each_other(self) -> Self:
        pairs = zip(self.waves, self.waves[1:], strict=False)
        if any(
            later.cutoff <= sooner.cutoff or later.ship_week <= sooner.ship_week for sooner, later in pairs
        ):
            raise ValueError(gettext("Mid-year shipments must be listed in the order of their dates."))
        return self
