"""The kinds of things to mend in a school's base: why each matters, and how to mend it at the source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.db.models.lookups import In
from django.utils.translation import gettext_lazy as _

from core.models import BlockedAddress
from programmes.models import Campaign
from schools.enums import Eligibility, MergeState
from schools.models import Guardianship, MergeProposal
from schools.rules import born_by


DAMAGED = "[?¼½¾¤¦¨´¸]"
GUARDIANS_TAB = _("In SIECLE, Base élèves, the pupil’s file, « Responsables »: add it there.")
PUPIL_FILE = _("In SIECLE, Base élèves, in the pupil’s file.")


@dataclass(frozen=True, slots=True)
class Look:
    """What the conditions need: whose base, and on which day."""

    campaign: Campaign
    on: date

    @property
    def adult(self) -> Q:
        rules = self.campaign.rule_tree.signer
        born = born_by(self.on, rules.signer_age)
        return Q(pupil__birth_on__lte=born) if rules.adult_signs_alone else Q(pk__in=[])

    @property
    def of_the_programme(self) -> Q:
        """Levels that may give a right to a laptop; an unknown level may be one of them."""
        rules = self.campaign.rule_tree.population
        return Q(level__in=[*rules.entry_levels, *rules.mid_course_levels, ""])


@dataclass(frozen=True, slots=True)
class Issue:
    """One kind of thing to mend: why it matters, and how to mend it at the source. `blocks`: no laptop meanwhile."""

    code: str
    label: Any
    why: Any
    remedy: Any
    blocks: bool
    where: Callable[[Look], Q]


def _legal(**reached: Any) -> Exists:
    return Exists(Guardianship.objects.legal().filter(pupil=OuterRef("pupil"), **reached))


def _questions() -> Exists:
    open_ones = MergeProposal.objects.filter(state=MergeState.OPEN)
    return Exists(open_ones.filter(Q(pupil=OuterRef("pupil")) | Q(newcomer=OuterRef("pupil"))))


def _nobody_signs(look: Look) -> Q:
    return Q(eligibility=Eligibility.ELIGIBLE) & ~look.adult & ~Q(_legal())


def _unreachable(look: Look) -> Q:
    by_link = Guardianship.objects.by_link().filter(pupil=OuterRef("pupil"), guardian__email__gt="")
    minor = ~look.adult & Q(_legal()) & ~Q(Exists(by_link))
    return Q(eligibility=Eligibility.ELIGIBLE) & (minor | (look.adult & Q(pupil__email="")))


def _returned(look: Look) -> Q:
    blocked = BlockedAddress.objects.in_force().values("address")
    guardians = Guardianship.objects.legal().alias(to=Lower("guardian__email"))
    minor = ~look.adult & Q(Exists(guardians.filter(pupil=OuterRef("pupil"), to__in=blocked)))
    adult = look.adult & Q(In(Lower("pupil__email"), blocked))
    return Q(eligibility=Eligibility.ELIGIBLE) & (minor | adult)


ISSUES = (
    Issue(
        "nobody_signs",
        _("No legal guardian"),
        _("The pupil is a minor: without a legal guardian nobody can sign the convention."),
        GUARDIANS_TAB,
        True,
        _nobody_signs,
    ),
    Issue(
        "no_ine",
        _("No INE"),
        _("Without a national number a laptop cannot be lent: nobody could tell this pupil from another."),
        PUPIL_FILE,
        True,
        lambda look: Q(pupil__ine=None) & look.of_the_programme,
    ),
    Issue(
        "no_level",
        _("No level"),
        _("Nobody knows whether this study gives a right to a laptop."),
        _("In SIECLE, Structures: check the study (MEF) of the class, and export the Nomenclature too."),
        True,
        lambda look: Q(level=""),
    ),
    Issue(
        "duplicate",
        _("Perhaps known twice"),
        _("Another pupil has the same names and birth date: the region says whether they are one."),
        _("Check the INE in SIECLE, and tell the region."),
        True,
        lambda look: Q(_questions()),
    ),
    Issue(
        "unreachable",
        _("Nobody can be reached by e-mail"),
        _("The convention cannot be sent: it must be signed on paper."),
        _("In SIECLE, Base élèves, « Responsables »: complete the e-mail address."),
        True,
        _unreachable,
    ),
    Issue(
        "returned",
        _("Messages come back"),
        _(
            "The mail server says that this address is closed or wrong, or its owner wants no message from us."
        ),
        _(
            "Ask the family for another address, and type it in SIECLE, « Responsables »; meanwhile, hand over paper."
        ),
        False,
        _returned,
    ),
    Issue(
        "no_class",
        _("No class"),
        _("On delivery day, pupils are called class by class."),
        PUPIL_FILE,
        False,
        lambda look: Q(class_code="") & look.of_the_programme,
    ),
    Issue(
        "damaged_name",
        _("Name that lost letters"),
        _("This name would be printed wrong on the convention."),
        _("In SIECLE, type the name again in the pupil’s file."),
        False,
        lambda look: (
            Q(pupil__family_name__regex=DAMAGED)
            | Q(pupil__given_name__regex=DAMAGED)
            | Q(pupil__usage_name__regex=DAMAGED)
        ),
    ),
    Issue(
        "missing",
        _("Missing from the last files"),
        _("The files no longer list this pupil: after some nights, the pupil will be taken for gone."),
        _("If the pupil left, type the exit date in SIECLE; if not, complete the schooling."),
        False,
        lambda look: Q(absences_count__gt=0),
    ),
)
BY_CODE = {issue.code: issue for issue in ISSUES}
