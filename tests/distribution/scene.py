"""A school on its way to delivery day: families who signed or not, a fresh file, an accepted date, laptops."""

import uuid
from datetime import date, datetime
from zoneinfo import ZoneInfo

from distribution.desk import hand_over, open_day
from distribution.gate import check_gate
from distribution.models import Delivery, DeliveryLine
from distribution.planning import accept_delivery, propose_delivery
from distribution.slots import form_teams
from loans.models import Convention, Device
from schools.enums import ImportState
from schools.models import EnrolmentImport, School
from tests.cast import Cast
from tests.loans.factories import ConventionFactory, DeviceFactory
from tests.schools.factories import EnrolmentFactory


PARIS = ZoneInfo("Europe/Paris")
DELIVERY_DAY = date(2026, 9, 28)
GATE_DAY = date(2026, 9, 21)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)


def families(cast: Cast, school: School, *, signed: int, expected: int) -> list[Convention]:
    """`expected` eligible pupils in all, of whom `signed` have signed; returns the signed conventions."""
    present = school.enrolments.eligible().filter(campaign=cast.campaign).count()
    shared = {"campaign": cast.campaign, "school": school}
    conventions = [_convention(shared, signed=True) for _ in range(signed)]
    for _ in range(expected - signed - present):
        _convention(shared)
    return conventions


def _convention(shared: dict, **traits) -> Convention:
    return ConventionFactory(enrolment=EnrolmentFactory(**shared), campaign=shared["campaign"], **traits)


def fresh_file(cast: Cast, school: School, received_at: datetime) -> EnrolmentImport:
    return EnrolmentImport.objects.create(
        campaign=cast.campaign,
        school=school,
        uai=school.uai,
        source="siecle",
        state=ImportState.APPLIED,
        content_sha256=uuid.uuid4().hex,
        received_at=received_at,
        for_date=received_at.date(),
    )


def proposed(
    cast: Cast, school: School, on: date = DELIVERY_DAY, half_day: str = "am", team: int = 0
) -> Delivery:
    return propose_delivery(
        school=school,
        campaign=cast.campaign,
        on=on,
        half_day=half_day,
        team=form_teams(campaign=cast.campaign)[team],
        by=cast.lou,
        at=at(date(2026, 9, 1)),
    )


def accepted(cast: Cast, school: School, **place) -> Delivery:
    delivery = proposed(cast, school, **place)
    return accept_delivery(
        delivery=delivery, room="Gymnase", comment="", by=cast.roux, at=at(date(2026, 9, 2))
    )


def decided(cast: Cast, school: School, *, signed: int, expected: int) -> Delivery:
    """An accepted delivery whose gate was checked on its day with a fresh file."""
    families(cast, school, signed=signed, expected=expected)
    delivery = accepted(cast, school)
    fresh_file(cast, school, at(GATE_DAY, 3))
    check_gate(delivery=delivery, on=GATE_DAY, at=at(GATE_DAY))
    delivery.refresh_from_db()
    return delivery


def opened(cast: Cast, school: School, *, signed: int, expected: int | None = None) -> Delivery:
    """The day itself, the desk open."""
    delivery = decided(cast, school, signed=signed, expected=expected or signed + 1)
    assert delivery.state == "confirmed", delivery.state
    return open_day(delivery=delivery, by=cast.lou, on=DELIVERY_DAY, at=at(DELIVERY_DAY, 8))


def serve(cast: Cast, line: DeliveryLine, device: Device | None = None, **facts) -> DeliveryLine:
    """Scan a laptop for the pupil of a line."""
    device = device or DeviceFactory()
    values = {"pupil": line.pupil, "device_code": device.serial, "scan_id": uuid.uuid4()}
    return hand_over(
        delivery=line.delivery, by=cast.lou, on=DELIVERY_DAY, at=at(DELIVERY_DAY), **values | facts
    )


def serve_all(cast: Cast, delivery: Delivery, *, but: int) -> None:
    """Everybody comes, except `but` pupils."""
    lines = list(delivery.lines.order_by("pk"))
    for line in lines[: len(lines) - but]:
        serve(cast, line)
