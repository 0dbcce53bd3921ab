"""Mid-year shipments: newcomers and late signers, packed wave after wave (N9)."""

from datetime import date, datetime

from django.db.models import QuerySet

from distribution.absentees import make_parcels
from distribution.enums import LIVE_PARCEL, DeliveryState, LineState
from distribution.models import Delivery, DeliveryLine, Parcel
from distribution.rules import last_day_of_week, wave_to_pack
from distribution.slots import zone_of
from loans.models import Convention, Loan
from programmes.calendars import waves_open_on
from programmes.models import Campaign
from programmes.rule_tree import Wave
from schools.enums import EnrolmentState
from schools.models import School


def plan_waves(*, on: date, at: datetime) -> dict[str, int]:
    """Every running campaign's wave; counts of parcels and of schools."""
    figures = {"parcels": 0, "schools": 0}
    for campaign in Campaign.objects.with_rules().running(on):
        made = plan_wave_parcels(campaign=campaign, on=on, at=at)
        figures = {name: figures[name] + made[name] for name in figures}
    return figures


def plan_wave_parcels(*, campaign: Campaign, on: date, at: datetime) -> dict[str, int]:
    """Parcels for whoever signed before the cut-off and still waits; counts of parcels and of schools.

    Due until the shipping week is over, so a missed night loses nobody; run again, it adds only who is missing.
    """
    figures = {"parcels": 0, "schools": 0}
    wave = wave_to_pack(campaign.rule_tree.midyear, on)
    if wave is None:
        return figures
    for school in _served_schools(campaign, wave):
        pupils = [convention.pupil for convention in _waiting(campaign, school, wave)]
        made = make_parcels(school, pupils, last_day_of_week(wave.ship_week), at=at) if pupils else 0
        figures["parcels"] += made
        figures["schools"] += bool(made)
    return figures


def _served_schools(campaign: Campaign, wave: Wave) -> list[School]:
    """Schools whose own day is over, and whose zone is back from the holidays that open the waves."""
    over = Delivery.objects.initial().filter(campaign=campaign, state=DeliveryState.CLOSED)
    schools = School.objects.filter(pk__in=over.values("school")).order_by("uai")
    return [
        school for school in schools if waves_open_on(campaign, zone_of(school, campaign)) <= wave.ship_week
    ]


def _waiting(campaign: Campaign, school: School, wave: Wave) -> QuerySet[Convention]:
    """Signed before the cut-off, without a laptop, a parcel under way or a place in a second visit."""
    conventions = Convention.objects.signed().filter(
        campaign=campaign,
        signed_on__lt=wave.cutoff,
        enrolment__school=school,
        enrolment__state=EnrolmentState.ACTIVE,
    )
    if not campaign.rule_tree.midyear.unsigned_join:
        conventions = conventions.filter(enrolment__entered_on__gt=campaign.last_delivery_on)
    awaited = DeliveryLine.objects.filter(
        delivery__in=Delivery.objects.live(), state__in=[LineState.EXPECTED, LineState.ABSENT]
    )
    return (
        conventions.exclude(pupil__in=Loan.objects.open().main().values("pupil"))
        .exclude(pupil__in=Parcel.objects.filter(state__in=LIVE_PARCEL).values("pupil"))
        .exclude(pupil__in=awaited.values("pupil"))
        .select_related("pupil")
        .order_by("pupil__search_key")
    )
