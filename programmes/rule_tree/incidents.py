"""What happens when a device breaks or disappears, and what that may cost."""

from decimal import Decimal
from typing import Annotated, Self

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from programmes.enums import InsuranceKind, Payer, Period, Substitute, Via
from programmes.rule_tree.base import Count, Euros, Positive, Section, Share, Term


class Repair(Section):
    """Breakdown and breakage: how many times, who pays beyond, how the device comes back."""

    title = _("Breakdown and breakage")

    free_repairs: Annotated[Count, Term(_("Free repairs"), "times")]
    period: Annotated[Period, Term(_("Counted"))] = Period.LOAN
    shared_with_replacement: Annotated[
        bool,
        Term(
            _("A replacement uses the same right"), note=_("One repair or one replacement, not one of each.")
        ),
    ] = True
    warranty_years: Annotated[Count, Term(_("Manufacturer's warranty"), "years")]
    who_pays_beyond: Annotated[Payer, Term(_("Beyond the free repairs, paid by"))]
    negligence_excluded: Annotated[bool, Term(_("Negligence is not covered"))] = False
    substitute: Annotated[Substitute, Term(_("During the repair"))]
    sla_working_days: Annotated[Positive, Term(_("Repaired within"), "working days")]
    original_box_required: Annotated[bool, Term(_("Sent in its original box"))] = True
    returned_via: Annotated[Via, Term(_("The device comes back"))] = Via.SCHOOL


class TheftLoss(Section):
    """Theft and loss. "Lost" and "not returned" are different cases."""

    title = _("Theft and loss")

    theft_max: Annotated[Count, Term(_("Replacements after a theft"), "times")]
    loss_max: Annotated[Count, Term(_("Replacements after a loss"), "times")]
    shared_counter: Annotated[bool, Term(_("Theft and loss use the same right"))] = True
    police_report_for_theft: Annotated[bool, Term(_("Police report asked for a theft"))] = True
    police_report_for_loss: Annotated[bool, Term(_("Declaration asked for a loss"))]
    report_deadline_days: Annotated[Positive, Term(_("Report sent within"), "days")]
    replacement_via: Annotated[Via, Term(_("The new device comes"))] = Via.SCHOOL
    review_after_count: Annotated[
        Positive, Term(_("A person looks at the file from"), "incidents", _("Never an automatic refusal."))
    ] = 2


class Insurance(Section):
    """Insurance and deposit."""

    title = _("Insurance")

    kind: Annotated[InsuranceKind, Term(_("Insurance"))] = InsuranceKind.NONE
    deposit_amount: Annotated[Euros, Term(_("Deposit"), "euros")] = Decimal(0)
    premium_amount: Annotated[Euros, Term(_("Yearly premium"), "euros")] = Decimal(0)


class KitItem(Section):
    """One thing in the box, with what it costs if it does not come back."""

    title = _("Item of the kit")

    code: Annotated[str, Term(_("Code")), Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: Annotated[str, Term(_("Name")), Field(min_length=1)]
    quantity: Annotated[Positive, Term(_("Quantity"))] = 1
    replace_price_amount: Annotated[Euros, Term(_("Price if missing"), "euros")] = Decimal(0)
    required_on_return: Annotated[bool, Term(_("Expected on return"))] = True


class Accessories(Section):
    """What is handed over with the device, and checked when it comes back."""

    title = _("Contents of the box")

    kit: Annotated[
        tuple[KitItem, ...], Term(_("Kit"), note=_("Listed on the receipt and on the return form."))
    ]

    @model_validator(mode="after")
    def codes_differ(self) -> Self:
        codes = [item.code for item in self.kit]
        if len(codes) != len(set(codes)):
            raise ValueError(gettext("Two items of the kit have the same code."))
        return self


class DepreciationStep(Section):
    """From this age on, the device is worth this share of its purchase price."""

    title = _("Step of depreciation")

    from_months: Annotated[Count, Term(_("From"), "months")]
    value_share: Annotated[Share, Term(_("Remaining value"), "share")]


class Depreciation(Section):
    """The published table without which nothing can be charged."""

    title = _("Value of a device with age")

    purchase_price_amount: Annotated[Euros, Term(_("Purchase price"), "euros")]
    steps: Annotated[
        tuple[DepreciationStep, ...],
        Term(_("Table of values"), note=_("Published: without it no damage can be charged.")),
        Field(min_length=1),
    ]

    @model_validator(mode="after")
    def value_only_falls(self) -> Self:
        if self.steps[0].from_months != 0:
            raise ValueError(gettext("The table of values must start at 0 months."))
        for sooner, later in zip(self.steps, self.steps[1:], strict=False):
            if later.from_months <= sooner.from_months or later.value_share > sooner.value_share:
                raise ValueError(gettext("In the table of values, age must rise and value must fall."))
        return self

    def value_amount(self, age_months: int) -> Decimal:
        """What the device is still worth at that age, in euros, to the cent."""
        step = next(step for step in reversed(self.steps) if step.from_months <= max(age_months, 0))
        return (self.purchase_price_amount * step.value_share).quantize(Decimal("0.01"))


class Spare(Section):
    """The pool of ready devices."""

    title = _("Spare devices")

    pool_share: Annotated[Share, Term(_("Spare devices for the devices on loan"), "share")]
    alert_count: Annotated[Count, Term(_("Alert when fewer are left than"), "devices")]
    substitute_days: Annotated[Positive, Term(_("A substitute device is lent for"), "days")]
