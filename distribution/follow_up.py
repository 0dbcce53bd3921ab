"""The story of a family's laptop, like a parcel's, behind a link and without an account (X5)."""

from dataclasses import dataclass
from datetime import date

from django.core import signing
from django.utils.translation import gettext as _

from core.templatetags.dates import long_date, plain_date
from distribution.enums import DeliveryState, ParcelState
from distribution.family import NextDelivery, next_delivery_for
from distribution.laptop_story import Step, loan_steps, loans_of
from distribution.models import Delivery, HalfDay
from loans.enums import OPEN_CONVENTION, ConventionState
from loans.models import Convention


SIGNER = signing.Signer(salt="distribution.follow_up", sep=".")


@dataclass(frozen=True, slots=True)
class Story:
    convention: Convention
    steps: list[Step]
    next_delivery: NextDelivery | None

    @property
    def half_day(self) -> str:
        """When in the day the delivery comes."""
        delivery = self.next_delivery and self.next_delivery.delivery
        return _half_day(delivery) if delivery else ""


def follow_up_token(convention: Convention) -> str:
    """What the e-mails put in the link; it opens the story of this convention and nothing else."""
    return SIGNER.sign(str(convention.public_id))


def convention_behind(token: str) -> Convention | None:
    """The convention that such a link points to; None when it points to nothing any more.

    A signing link opens nothing here: each secret has one purpose (trust 7).
    """
    known = Convention.objects.filter(state__in=OPEN_CONVENTION).select_related(
        "pupil", "campaign__programme", "campaign__rules", "enrolment__school"
    )
    return known.filter(public_id=_id_of(token)).first() if is_ours(token) else None


def is_ours(token: str) -> bool:
    """Whether we made this link, though it may point to nothing any more; else somebody guesses."""
    try:
        return bool(_id_of(token))
    except signing.BadSignature:
        return False


def _id_of(token: str) -> str:
    return SIGNER.unsign(token)


def story_of(convention: Convention, on: date) -> Story:
    """The steps from the signature to the laptop in hand and to its return, as of that day."""
    steps = [_signing_step(convention)]
    coming = next_delivery_for(convention.pupil, on)
    since = loan_steps(list(loans_of(convention)))
    if since:
        steps += [Step(_("The delivery"), "done"), *since]
    else:
        steps += [*_delivery_steps(convention, coming), Step(_("The laptop in hand"), "next")]
    return Story(convention, steps, coming)


def _signing_step(convention: Convention) -> Step:
    title = _("The loan convention")
    if convention.state == ConventionState.SIGNED:
        return Step(title, "done", _("signed on %(day)s") % {"day": plain_date(convention.signed_on)})
    if convention.state == ConventionState.REFUSED:
        return Step(title, "problem", text=_("Refused. You can still change your mind: call the helpdesk."))
    return Step(title, "current", text=_("To be signed: without it, no laptop can be handed over."))


def _delivery_steps(convention: Convention, coming: NextDelivery | None) -> list[Step]:
    waits = convention.state == ConventionState.SIGNED
    status = "current" if waits else "next"
    if coming is None:
        return [_unknown_step(convention, status)]
    if coming.parcel:
        return [_parcel_step(coming)]
    if coming.delivery:
        return [_day_step(coming.delivery, status)]
    return [
        Step(
            _("Sent to the school"),
            status,
            _("week of %(day)s") % {"day": plain_date(coming.on)},
            _("The school will call your child to hand the laptop over."),
        )
    ]


def _unknown_step(convention: Convention, status: str) -> Step:
    deliveries = Delivery.objects.initial().filter(
        school=convention.enrolment.school, campaign=convention.campaign
    )
    if deliveries.filter(state=DeliveryState.CANCELLED).exists():
        text = _("The first date was called off. A new date is being agreed with the school.")
    else:
        text = _("The date is being agreed with the school. You will receive an e-mail.")
    return Step(_("The delivery"), status, text=text)


def _day_step(delivery: Delivery, status: str) -> Step:
    words = {"day": long_date(delivery.on), "half_day": _half_day(delivery)}
    if delivery.state == DeliveryState.ACCEPTED:
        text = _("To be confirmed on %(day)s, if enough families of the school have signed.") % {
            "day": plain_date(delivery.gate_on)
        }
    else:
        text = _("Confirmed. The laptop is handed to the pupil in person: nothing to bring.")
    return Step(_("The delivery at school"), status, _("%(day)s (%(half_day)s)") % words, text)


def _half_day(delivery: Delivery) -> str:
    words = {
        HalfDay.MORNING: _("morning"),
        HalfDay.AFTERNOON: _("afternoon"),
        HalfDay.DAY: _("whole day"),
    }
    return words[HalfDay(delivery.half_day)]


def _parcel_step(coming: NextDelivery) -> Step:
    due = {"day": long_date(coming.on)}
    words = {
        ParcelState.TO_PREPARE: _("Being prepared in your child’s name."),
        ParcelState.SHIPPED: _("On its way to the school."),
        ParcelState.RECEIVED: _("Arrived: the school will hand it over in person."),
    }
    return Step(
        _("A parcel in your child’s name"),
        "current",
        _("by %(day)s") % due,
        words[ParcelState(coming.parcel.state)],
    )
