"""One of everything, at Mme Roux's school, for the permission table."""

from dataclasses import dataclass
from datetime import date

from distribution.enums import DeliveryState
from distribution.models import Delivery, DeliveryLine, Parcel
from schools.enums import ImportState
from schools.models import EnrolmentImport
from tests.cast import AT, ON, Cast


@dataclass
class World:
    cast: Cast
    held: EnrolmentImport
    delivery: Delivery
    line: DeliveryLine
    parcel: Parcel


def make_world(cast: Cast) -> World:
    """Alix's convention, loan, ticket and return; a delivery of her school."""
    delivery = make_open_delivery(cast)
    return World(
        cast,
        held=make_held_import(cast),
        delivery=delivery,
        line=DeliveryLine.objects.create(delivery=delivery, pupil=cast.alix),
        parcel=Parcel.objects.create(
            delivery=delivery, school=cast.tilleuls, pupil=cast.alix, due_on=date(2026, 10, 5)
        ),
    )


def make_open_delivery(cast: Cast) -> Delivery:
    return Delivery.objects.create(
        campaign=cast.campaign,
        school=cast.tilleuls,
        state=DeliveryState.OPEN,
        on=date(2026, 9, 28),
        gate_on=date(2026, 9, 21),
    )


def make_held_import(cast: Cast) -> EnrolmentImport:
    return EnrolmentImport.objects.create(
        school=cast.tilleuls,
        campaign=cast.campaign,
        uai=cast.tilleuls.uai,
        source="siecle",
        state=ImportState.HELD,
        content_sha256="a" * 64,
        received_at=AT,
        for_date=ON,
        counts={"listed": 1, "enrolled": 1, "arrivals": 0, "changes": 0, "departures": 41},
    )
