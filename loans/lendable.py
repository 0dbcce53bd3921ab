"""Whether this laptop may be lent to this pupil under this convention (DESIGN invariants 1 and 2), and why not."""

from django.utils.translation import gettext as _

from core.refusals import Refused
from loans.enums import ConventionState, DeviceState
from loans.models import Convention, ConventionText, Device, Loan
from loans.texts import same_terms
from schools.models import Pupil


def text_in_force(campaign_id: int, *, is_whole: bool = True) -> ConventionText | None:
    """The latest text of the campaign: a first laptop is handed over under its terms only.

    Not whole, its sections are read when somebody asks for them.
    """
    found = ConventionText.objects.filter(campaign_id=campaign_id).order_by("-number")
    return (found if is_whole else found.defer("sections")).first()


def binds_today(text: ConventionText) -> bool:
    """Whether this text binds to what the text in force binds to: its number may be older, its terms may not."""
    latest = text_in_force(text.campaign_id, is_whole=False)
    return latest is None or latest == text or same_terms(latest.sections, text.sections)


def refuse_pupil(pupil: Pupil, convention: Convention, present: Loan | None) -> None:
    """Invariant 1: one laptop each, under the pupil's own convention. Raises Refused."""
    if convention.pupil_id != pupil.pk:
        raise Refused(
            "convention_other_pupil",
            _("Convention %(reference)s is another pupil’s. Look for the pupil again by name.")
            % {"reference": convention.reference},
        )
    if present:
        raise Refused(
            "already_has_laptop",
            _("%(pupil)s already has laptop %(device)s. Record its return, or open a request for help.")
            % {"pupil": pupil, "device": present.device.asset_tag},
        )


def refuse_text(convention: Convention, *, is_first: bool) -> None:
    """Invariant 2: signed, and for the text in force; a replacement stays under the text of its loan."""
    if convention.state == ConventionState.SUPERSEDED:
        raise _text_changed(convention)
    if convention.state != ConventionState.SIGNED:
        raise Refused(
            "convention_not_signed",
            _(
                "Convention %(reference)s is not signed: no laptop yet. "
                "It can be signed now on the family’s phone, or here at the desk."
            )
            % {"reference": convention.reference},
        )
    if is_first and not binds_today(convention.text):
        raise _text_changed(convention)


def _text_changed(convention: Convention) -> Refused:
    return Refused(
        "text_changed",
        _(
            "The text of convention %(reference)s changed after it was signed. "
            "The family must sign the new text before the laptop is handed over."
        )
        % {"reference": convention.reference},
    )


def refuse_device(device: Device) -> None:
    """Only a laptop of the stock leaves. Raises Refused(`device_not_in_stock`)."""
    if device.state != DeviceState.IN_STOCK:
        raise Refused(
            "device_not_in_stock",
            _("Laptop %(device)s cannot be lent: it is “%(state)s”. Take another one and put this one aside.")
            % {"device": device.asset_tag, "state": device.get_state_display()},
        )


def refuse_second_replacement(replaces: Loan | None) -> None:
    """A laptop is replaced once; the next time it is the replacement that is. Raises Refused(`already_replaced`)."""
    if replaces and Loan.objects.filter(replaces=replaces).exists():
        raise Refused("already_replaced", _("This laptop has already been replaced by another one."))
