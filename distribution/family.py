"""What a family may know of the laptop to come: when, where, and how sure it is."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from distribution.enums import LIVE_PARCEL, DeliveryKind, DeliveryState, LineState
from distribution.models import Delivery, Parcel
from programmes.models import Campaign
from schools.models import Enrolment, Pupil, School


ON_THE_WAY = [DeliveryState.ACCEPTED, DeliveryState.CONFIRMED, DeliveryState.OPEN]


@dataclass(frozen=True, slots=True)
class NextDelivery:
    """How the laptop comes next: a `delivery` day, a named `parcel`, or the shipment of the week of `on`.

    `is_sure` is false while the threshold is still to be checked or the parcel's day is only a deadline.
    """

    school: School
    on: date
    is_sure: bool
    delivery: Delivery | None = None
    parcel: Parcel | None = None


def next_delivery_for(pupil: Pupil, on: date) -> NextDelivery | None:
    """The next way a laptop reaches this pupil; None when one is lent already, or nothing is known yet."""
    enrolment = _enrolment(pupil, on)
    if enrolment is None or pupil.loans.open().main().exists():
        return None
    return _parcel(pupil) or _day(pupil, enrolment) or _wave(pupil, enrolment, on)


def _enrolment(pupil: Pupil, on: date) -> Enrolment | None:
    eligible = pupil.enrolments.eligible().filter(campaign__in=Campaign.objects.running(on))
    return eligible.select_related("school", "campaign__rules").order_by("-campaign__school_year").first()


def _parcel(pupil: Pupil) -> NextDelivery | None:
    parcel = pupil.parcels.filter(state__in=LIVE_PARCEL).select_related("school").first()
    return NextDelivery(parcel.school, parcel.due_on, False, parcel=parcel) if parcel else None


def _day(pupil: Pupil, enrolment: Enrolment) -> NextDelivery | None:
    """A second visit that awaits this pupil, else the school's own day once the school took it."""
    awaited = Q(kind=DeliveryKind.SECOND_VISIT, lines__pupil=pupil, lines__state=LineState.EXPECTED)
    days = Delivery.objects.filter(
        awaited | Q(kind=DeliveryKind.INITIAL),
        school=enrolment.school,
        campaign=enrolment.campaign,
        state__in=ON_THE_WAY,
    )
    delivery = days.for_pages().distinct().order_by("on").first()
    if delivery is None:
        return None
    return NextDelivery(
        delivery.school, delivery.on, delivery.state != DeliveryState.ACCEPTED, delivery=delivery
    )


def _wave(pupil: Pupil, enrolment: Enrolment, on: date) -> NextDelivery | None:
    """After the school's day: the shipment that a convention signed by now, or today, still reaches (N9)."""
    campaign, school = enrolment.campaign, enrolment.school
    was_served = Delivery.objects.initial().filter(
        school=school, campaign=campaign, state=DeliveryState.CLOSED
    )
    if not was_served.exists():
        return None
    convention = pupil.conventions.signed().filter(campaign=campaign).first()
    signed_on = convention.signed_on if convention else on
    midyear = campaign.rule_tree.midyear
    wave = next((wave for wave in midyear.waves if signed_on < wave.cutoff and wave.ship_week >= on), None)
    return NextDelivery(school, wave.ship_week, False) if wave else None
