"""Who is equipped, under which legal form, with whose means and whose signature."""

from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from programmes.enums import (
    ChoiceBy,
    DeviceKind,
    FreeIf,
    MinorSigner,
    PupilStatus,
    SchoolKind,
    Sector,
    TenureForm,
)
from programmes.rule_tree.base import Count, Euros, Positive, Section, Share, Term


LevelCode = Annotated[str, Field(pattern=r"^\d[0-9A-Z]{3}$")]
DepartmentCode = Annotated[str, Field(pattern=r"^(\d{2}|2[AB]|97\d)$")]


class Phase(Section):
    """A step of a roll-out over several years (S1): by that school year, so many schools."""

    title = _("Phase")

    school_year: Annotated[Positive, Term(_("By the school year starting in"), "year")]
    schools_count: Annotated[Positive, Term(_("Schools equipped"), "schools")]


class Scale(Section):
    """How big the programme is meant to be: targets for the reports, never a limit."""

    title = _("Size of the programme")

    schools_count: Annotated[Count | None, Term(_("Schools to equip"), "schools")] = None
    devices_count: Annotated[Count | None, Term(_("Devices to hand over"), "devices")] = None
    target_share: Annotated[
        Share,
        Term(_("Pupils to equip on time"), "share", _("Shown as the target line of the distribution curve.")),
    ]
    target_days: Annotated[Positive, Term(_("Time given to reach that target"), "days")]
    phases: Annotated[tuple[Phase, ...], Term(_("Roll-out in phases"))] = ()


class Tenure(Section):
    """What the family receives, in law, and which device."""

    title = _("What is given")

    form: Annotated[TenureForm, Term(_("Legal form"))]
    device_kinds: Annotated[tuple[DeviceKind, ...], Term(_("Devices")), Field(min_length=1)]
    device_choice_by: Annotated[ChoiceBy, Term(_("Who chooses the device"))]
    retention_years: Annotated[
        Count, Term(_("Years during which it may not be sold"), "years", _("Only for a gift."))
    ] = 0


class Population(Section):
    """Which pupils are equipped. A level is the first four characters of the ministry's CODE_MEFSTAT."""

    title = _("Who is equipped")

    entry_levels: Annotated[
        tuple[LevelCode, ...],
        Term(_("Levels equipped on entry"), "level", _("Every pupil of these levels is eligible.")),
        Field(min_length=1),
    ]
    mid_course_levels: Annotated[
        tuple[LevelCode, ...],
        Term(_("Levels equipped in mid-course"), "level", _("Only newcomers and repeaters, for equity.")),
    ] = ()
    newcomers_admitted: Annotated[bool, Term(_("Newcomers of a mid-course level are equipped"))] = True
    repeaters_admitted: Annotated[bool, Term(_("Repeaters of a mid-course level are equipped"))] = True
    statuses: Annotated[tuple[PupilStatus, ...], Term(_("Statuses admitted")), Field(min_length=1)]
    school_kinds: Annotated[tuple[SchoolKind, ...], Term(_("Kinds of schools")), Field(min_length=1)]
    sectors: Annotated[tuple[Sector, ...], Term(_("Sectors")), Field(min_length=1)]
    departments: Annotated[tuple[DepartmentCode, ...], Term(_("Departments")), Field(min_length=1)]
    membership_required: Annotated[
        bool, Term(_("The school must have joined"), note=_("Joining is voted by the school's board."))
    ]
    label_required: Annotated[bool, Term(_("The school must have the digital label"))] = False
    teachers_included: Annotated[bool, Term(_("Teachers are equipped too"))] = False
    once_per_cycle: Annotated[bool, Term(_("One device per pupil for the whole cycle"))] = True


class MeansBand(Section):
    """One line of the scale of means: up to this yearly family quotient, this aid."""

    title = _("Band of means")

    max_quotient_amount: Annotated[Euros, Term(_("Family quotient up to"), "euros")]
    aid_amount: Annotated[Euros, Term(_("Aid"), "euros")]


class Means(Section):
    """Whether the family's means count, and what aid follows."""

    title = _("Family means")

    required: Annotated[bool, Term(_("Means are looked at"))] = False
    application_needed: Annotated[bool, Term(_("The family must apply"))] = False
    free_if: Annotated[tuple[FreeIf, ...], Term(_("Free of charge if"))] = ()
    min_aid_amount: Annotated[Euros, Term(_("Smallest aid"), "euros")] = Decimal(0)
    full_price_amount: Annotated[
        Euros, Term(_("Full price of the device"), "euros", _("Aid never goes beyond it."))
    ] = Decimal(0)
    bands: Annotated[tuple[MeansBand, ...], Term(_("Scale of aid"))] = ()


class Signer(Section):
    """Who signs the convention, on the day of signing: majority is looked at again each day."""

    title = _("Who signs")

    minor: Annotated[MinorSigner, Term(_("For a minor pupil"))]
    adult_signs_alone: Annotated[bool, Term(_("An adult pupil signs alone"))] = True
    signer_age: Annotated[Positive, Term(_("Age of majority"), "years")] = 18
