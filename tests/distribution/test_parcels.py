"""Named parcels (N8, O4) and mid-year waves (N9): the loan starts when the pupil has the laptop in hand."""

from datetime import date

import pytest

from core.models import Message
from core.refusals import Refused
from distribution.absentees import make_parcels
from distribution.enums import DeliveryState, ParcelState
from distribution.models import Delivery, Parcel
from distribution.parcels import cancel_parcel, hand_over_parcel, prepare_parcel, receive_parcel, ship_parcel
from distribution.waves import plan_wave_parcels, plan_waves
from loans.enums import DeviceState
from loans.models import Convention, Loan
from tests.distribution.scene import at, families, opened, serve
from tests.loans.factories import DeviceFactory


DUE = date(2026, 10, 5)
NOW = at(date(2026, 9, 29))
WAVE_DAY = date(2026, 11, 6)


@pytest.fixture
def parcel(cast):
    [convention] = families(cast, cast.tilleuls, signed=1, expected=2)
    make_parcels(cast.tilleuls, [convention.pupil], DUE, at=NOW)
    return Parcel.objects.get()


def prepared(cast, parcel, device=None):
    device = device or DeviceFactory()
    return prepare_parcel(parcel=parcel, device_code=device.serial, by=cast.ilan, at=NOW)


def received(cast, parcel):
    ship_parcel(parcel=prepared(cast, parcel), tracking_number=" 6a123 ", by=cast.ilan, at=NOW)
    return receive_parcel(parcel=parcel, by=cast.roux, at=NOW)


def code_of(act, **facts):
    with pytest.raises(Refused) as refused:
        act(by=None, at=NOW, **facts)
    return refused.value.code


def test_the_whole_way_of_a_parcel(cast, parcel):
    arrived = received(cast, parcel)
    assert (arrived.tracking_number, arrived.device.school) == ("6A123", cast.tilleuls)
    assert Loan.objects.count() == 0
    done = hand_over_parcel(parcel=arrived, by=cast.roux, on=date(2026, 10, 6), at=NOW)
    assert (done.state, done.loan.started_on) == (ParcelState.HANDED_OVER, date(2026, 10, 6))
    assert [log.to_state for log in done.log.all()] == [
        "to_prepare",
        "to_prepare",
        "shipped",
        "received",
        "handed_over",
    ]
    assert hand_over_parcel(parcel=done, by=cast.roux, on=date(2026, 10, 7), at=NOW).loan == done.loan


def test_the_school_is_told_when_it_leaves(cast, parcel):
    received(cast, parcel)
    shipped = Message.objects.get(kind="parcel_shipped")
    assert (shipped.to_address, "6A123" in shipped.body) == ("proviseure.tilleuls@example.org", True)


def test_nothing_leaves_without_a_laptop_and_a_number(cast, parcel):
    assert code_of(ship_parcel, parcel=parcel, tracking_number="1") == "no_device"
    prepared(cast, parcel)
    assert code_of(ship_parcel, parcel=parcel, tracking_number=" ") == "no_tracking"


def test_a_laptop_is_packed_once(cast, parcel):
    device = prepared(cast, parcel).device
    [other] = families(cast, cast.rivage, signed=1, expected=2)
    make_parcels(cast.rivage, [other.pupil], DUE, at=NOW)
    second = Parcel.objects.get(pupil=other.pupil)
    assert code_of(prepare_parcel, parcel=second, device_code=device.asset_tag) == "device_packed"
    assert prepared(cast, parcel, device).device == device


def test_a_packed_laptop_is_not_handed_over_at_a_desk(cast, parcel):
    device = prepared(cast, parcel).device
    delivery = opened(cast, cast.rivage, signed=6)
    with pytest.raises(Refused) as refused:
        serve(cast, delivery.lines.first(), device)
    assert refused.value.code == "device_packed"


def test_no_parcel_for_a_convention_that_no_longer_holds(cast, parcel):
    Convention.objects.update(state="terminated")
    assert (
        code_of(prepare_parcel, parcel=parcel, device_code=DeviceFactory().serial) == "convention_not_signed"
    )


def test_a_laptop_out_of_stock_is_not_packed(cast, parcel):
    device = DeviceFactory(state=DeviceState.QUARANTINED)
    assert code_of(prepare_parcel, parcel=parcel, device_code=device.serial) == "device_not_in_stock"


def test_it_is_handed_over_only_once_received_and_cancelled_with_a_reason(cast, parcel):
    assert code_of(hand_over_parcel, parcel=prepared(cast, parcel), on=DUE) == "not_received"
    assert code_of(cancel_parcel, parcel=parcel, reason="") == "reason_missing"
    assert (
        cancel_parcel(parcel=parcel, reason="A quitté le lycée.", by=cast.ilan, at=NOW).state == "cancelled"
    )


def served_school(cast):
    """Tilleuls had its day; one family signs on 5 November, another on the 6th, the cut-off itself."""
    Delivery.objects.create(
        campaign=cast.campaign, school=cast.tilleuls, state=DeliveryState.CLOSED, on=date(2026, 9, 28)
    )
    in_time, late = families(cast, cast.tilleuls, signed=2, expected=3)
    Convention.objects.filter(pk=in_time.pk).update(signed_on=date(2026, 11, 5))
    Convention.objects.filter(pk=late.pk).update(signed_on=WAVE_DAY)
    return in_time, late


def test_a_wave_packs_who_signed_before_its_cut_off(cast):
    in_time, late = served_school(cast)
    assert plan_waves(on=date(2026, 11, 5), at=NOW) == {"parcels": 0, "schools": 0}
    assert plan_waves(on=WAVE_DAY, at=NOW) == {"parcels": 1, "schools": 1}
    parcel = Parcel.objects.get()
    assert (parcel.pupil, parcel.due_on) == (in_time.pupil, date(2026, 11, 13))
    assert plan_waves(on=WAVE_DAY, at=NOW)["parcels"] == 0
    assert plan_waves(on=date(2026, 11, 20), at=NOW)["parcels"] == 1
    assert Parcel.objects.filter(pupil=late.pupil).exists()


def test_a_school_still_waiting_for_its_day_has_no_wave(cast):
    families(cast, cast.rivage, signed=3, expected=4)
    assert plan_wave_parcels(campaign=cast.campaign, on=WAVE_DAY, at=NOW)["parcels"] == 0


def test_who_has_a_laptop_is_not_packed_another(cast):
    in_time, _late = served_school(cast)
    Loan.objects.create(
        convention=in_time, pupil=in_time.pupil, device=DeviceFactory(), started_on=date(2026, 11, 5)
    )
    assert plan_waves(on=WAVE_DAY, at=NOW)["parcels"] == 0
