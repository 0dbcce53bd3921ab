"""Two rows side by side, for the person who says whether they are one pupil."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from core.templatetags.dates import plain_date
from schools.imports.matching import INE_SOURCE
from schools.models import MergeProposal, Pupil
from schools.pages.one_import import colleagues_of
from support.merging import obstacles_to_merge


@dataclass(frozen=True)
class Line:
    """One fact of both; `differs` when the two do not say the same."""

    label: str
    left: list[str]
    right: list[str]

    @property
    def differs(self) -> bool:
        return bool(self.left) and bool(self.right) and self.left != self.right


@dataclass(frozen=True)
class MergePage:
    proposal: MergeProposal
    lines: list[Line]
    obstacles: list[str]
    may_decide: bool
    mine: bool
    colleagues: list[User]


def page_of(proposal: MergeProposal, user: User) -> MergePage:
    """`proposal` comes from `visible_to(user)`."""
    left, right = facts_of(proposal.pupil), facts_of(proposal.newcomer)
    decides = user.has_role(Role.REGION)
    mine = decides and proposal.asked_by_id == user.pk
    is_open = proposal.state == "open"
    return MergePage(
        proposal=proposal,
        lines=[Line(label, left[label], right[label]) for label in left if left[label] or right[label]],
        obstacles=obstacles_to_merge(proposal.pupil, proposal.newcomer) if is_open else [],
        may_decide=decides and is_open,
        mine=mine,
        colleagues=colleagues_of(user) if mine else [],
    )


def facts_of(pupil: Pupil) -> dict[str, list[str]]:
    """Label → what we know, each as short lines."""
    enrolments = pupil.enrolments.select_related("school").order_by("-entered_on", "-pk")
    aliases = pupil.aliases.exclude(source=INE_SOURCE).order_by("source", "scope", "identifier")
    guardians = pupil.guardianships.current().select_related("guardian")
    return {
        _("Family name"): _some(pupil.family_name),
        _("Usage name"): _some(pupil.usage_name),
        _("Given name"): _some(pupil.given_name),
        _("Born on"): [_day(pupil.birth_on)],
        _("INE"): _some(pupil.ine, *pupil.former_ines),
        _("Number in the school’s base"): [f"{one.identifier} ({one.scope})" for one in aliases],
        _("Enrolments"): [_enrolment(one) for one in enrolments],
        _("Guardians"): [one.guardian.polite_name for one in guardians],
        _("E-mail address"): _some(pupil.email),
        _("Conventions"): [
            f"{one.reference}, {one.get_state_display()}" for one in pupil.conventions.order_by("-pk")
        ],
        _("Laptops"): [
            f"{one.device.asset_tag}, {one.get_state_display()}"
            for one in pupil.loans.select_related("device")
        ],
        _("Requests for help"): [one.number for one in pupil.tickets.order_by("-pk")],
    }


def _some(*values: Any) -> list[str]:
    return [str(value) for value in values if value]


def _day(day: Any) -> str:
    return plain_date(day)


def _enrolment(one: Any) -> str:
    words: Iterable[str] = (
        one.school.name,
        one.class_code,
        _("since %(day)s") % {"day": _day(one.entered_on)},
        _("left on %(day)s") % {"day": _day(one.left_on)} if one.left_on else "",
    )
    return ", ".join(word for word in words if word)
