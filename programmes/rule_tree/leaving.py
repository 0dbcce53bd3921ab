"""Leaving a school, giving the device back, finishing the cycle."""

import itertools
from decimal import Decimal
from typing import Annotated, Self

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import model_validator

from programmes.enums import DepartureReason, Outcome, Payer, ReturnChannel
from programmes.rule_tree.base import Count, Euros, Positive, Section, Share, Term


class DepartureOutcomes(Section):
    """For each reason of departure, what becomes of the device."""

    title = _("According to the reason")

    member_school: Annotated[Outcome, Term(_("Moves to a member school"))]
    apprentice_in_class: Annotated[Outcome, Term(_("Becomes an apprentice in the same class"))]
    non_member_school: Annotated[Outcome, Term(_("Moves to a school outside the programme"))]
    other_region: Annotated[Outcome, Term(_("Moves to another region"))]
    apprentice_centre: Annotated[Outcome, Term(_("Joins an apprentice centre"))]
    end_of_schooling: Annotated[Outcome, Term(_("Ends schooling"))]
    unknown: Annotated[Outcome, Term(_("Unknown reason"), note=_("Somebody asks the school first."))]


class Departure(Section):
    """How a departure is known, and what it leads to. A pupil missing from one file has not left."""

    title = _("Leaving the school")

    outcomes: Annotated[DepartureOutcomes, Term(_("What becomes of the device"))]
    days_to_return: Annotated[Positive, Term(_("Time to give the device back"), "days")]
    channel: Annotated[ReturnChannel, Term(_("How the device comes back"))]
    school_may_ask_label: Annotated[bool, Term(_("The school may ask for a label for a device left there"))]
    freight_paid_by: Annotated[Payer, Term(_("Postage paid by"))]
    absences_before_left: Annotated[
        Positive, Term(_("Files without the pupil before he or she is said to have left"), "files")
    ]
    feed_drop_guard: Annotated[
        Share,
        Term(
            _("A file is held when it would remove more than"),
            "share",
            _("Somebody then accepts or rejects the file."),
        ),
    ]

    def outcome_for(self, reason: DepartureReason | str) -> Outcome:
        return getattr(self.outcomes, DepartureReason(reason).value)


class Return(Section):
    """Chasing a device that should have come back. "Not returned" is not theft."""

    title = _("Return and late return")

    reminders_after_days: Annotated[tuple[Positive, ...], Term(_("Reminders after the due date"), "days")]
    formal_notice_after_days: Annotated[Positive, Term(_("Formal notice after"), "days")]
    bill_after_days: Annotated[Positive, Term(_("Billed after"), "days")]
    late_fee_amount: Annotated[Euros, Term(_("Late fee for each week"), "euros")] = Decimal(0)
    missing_items_billed: Annotated[bool, Term(_("Missing items are billed"))] = False
    wipe_required: Annotated[bool, Term(_("Data are erased on return"))] = True

    @model_validator(mode="after")
    def steps_follow_each_other(self) -> Self:
        steps = (*self.reminders_after_days, self.formal_notice_after_days, self.bill_after_days)
        if any(later <= sooner for sooner, later in itertools.pairwise(steps)):
            raise ValueError(gettext("Reminders, formal notice and bill must come one after the other."))
        return self


class EndOfCycle(Section):
    """What is proposed when the pupil's schooling is over."""

    title = _("End of schooling")

    default: Annotated[Outcome, Term(_("At the end, the pupil"))]
    family_may_choose: Annotated[bool, Term(_("The family may choose otherwise"))] = False
    choice_window_days: Annotated[Count, Term(_("Time to choose"), "days")] = 0
    buyout_price_amount: Annotated[
        Euros | None, Term(_("Purchase price for the family"), "euros", _("Empty: not voted yet."))
    ] = None
    unlock_before_leaving: Annotated[bool, Term(_("The device is unlocked before it leaves the fleet"))]
    wipe_proof: Annotated[bool, Term(_("A proof of erasure is kept"))] = True
    summer_collection: Annotated[bool, Term(_("Devices are collected each summer"))] = False

    @model_validator(mode="after")
    def a_choice_takes_time(self) -> Self:
        if self.family_may_choose and not self.choice_window_days:
            raise ValueError(gettext("A family that may choose must be given at least one day."))
        return self
