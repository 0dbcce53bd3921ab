"""The delivery-day desk: one scan, one laptop, told twice without harm; undone the same day (P1, invariants 1, 2)."""

import uuid
from datetime import timedelta

import pytest

from core.refusals import Refused
from distribution.desk import line_counts, mark_absent, mark_present, open_day, undo_handover
from distribution.enums import LineState
from distribution.models import DeliveryLine, DeskScan
from loans.enums import ConventionState, DeviceState, LoanEnd, LoanState
from loans.models import Convention, Loan
from tests.distribution.scene import DELIVERY_DAY, at, decided, opened, serve
from tests.loans.factories import ConventionFactory, DeviceFactory
from tests.schools.factories import EnrolmentFactory


@pytest.fixture
def day(cast):
    return opened(cast, cast.tilleuls, signed=6)


@pytest.fixture
def line(day):
    return day.lines.first()


def code_of(act, *args, **facts):
    with pytest.raises(Refused) as refused:
        act(*args, **facts)
    assert refused.value.sentence
    return refused.value.code


def test_a_scan_hands_the_laptop_over(cast, line):
    device = DeviceFactory()
    served = serve(cast, line, device, device_code=f" {device.asset_tag.lower()} ")
    device.refresh_from_db()
    assert (served.state, served.loan.device) == (LineState.HANDED_OVER, device)
    assert (served.loan.started_on, device.state) == (DELIVERY_DAY, DeviceState.ON_LOAN)
    assert served.log.get().by == cast.lou


def test_the_same_scan_twice_is_one_loan(cast, line):
    device, scan = DeviceFactory(), uuid.uuid4()
    first = serve(cast, line, device, scan_id=scan)
    assert serve(cast, line, device, scan_id=scan) == first
    assert (Loan.objects.count(), DeskScan.objects.count()) == (1, 1)


def test_a_late_copy_of_an_undone_scan_hands_nothing_over(cast, line):
    """A queue of scans replayed after an undo must not undo the undo (X4)."""
    device, scan = DeviceFactory(), uuid.uuid4()
    undo_handover(line=serve(cast, line, device, scan_id=scan), by=cast.lou, at=at(DELIVERY_DAY, 10))
    again = serve(cast, line, device, scan_id=scan)
    assert again.state == LineState.EXPECTED
    assert Loan.objects.open().count() == 0


def test_undoing_puts_everything_back(cast, line):
    served = serve(cast, line)
    loan = served.loan
    undone = undo_handover(line=served, by=cast.lou, at=at(DELIVERY_DAY, 10))
    loan.refresh_from_db()
    assert (undone.state, undone.loan) == (LineState.EXPECTED, None)
    assert (loan.state, loan.end_reason) == (LoanState.CLOSED, LoanEnd.UNDONE)
    assert (loan.device.state, loan.device.school) == (DeviceState.IN_STOCK, cast.tilleuls)
    assert serve(cast, undone, loan.device).state == LineState.HANDED_OVER


def test_no_laptop_without_a_signature(cast, day):
    """Invariant 2, at the desk."""
    enrolment = EnrolmentFactory(school=cast.tilleuls, campaign=cast.campaign)
    ConventionFactory(enrolment=enrolment, campaign=cast.campaign)
    line = DeliveryLine(delivery=day, pupil=enrolment.pupil)
    assert code_of(serve, cast, line) == "convention_not_signed"
    assert Loan.objects.count() == 0
    assert not day.lines.filter(pupil=enrolment.pupil).exists()


def test_a_pupil_without_a_convention_is_told_so(cast, day):
    assert code_of(serve, cast, DeliveryLine(delivery=day, pupil=cast.alix)) == "no_convention"


def test_another_schools_pupil_is_refused(cast, day):
    with pytest.raises(Refused, match="Lycée du Rivage") as refused:
        serve(cast, DeliveryLine(delivery=day, pupil=cast.noe))
    assert refused.value.code == "other_school"


def test_a_laptop_already_lent_names_its_holder(cast, day):
    first, second = day.lines.all()[:2]
    device = serve(cast, first).loan.device
    with pytest.raises(Refused) as refused:
        serve(cast, second, device)
    assert refused.value.code == "device_lent"
    assert first.pupil.full_name in refused.value.sentence


@pytest.mark.parametrize(("code", "refusal"), [("SN-INCONNU", "unknown_device"), ("  ", "no_code")])
def test_a_scan_that_reads_nothing_known(cast, line, code, refusal):
    assert code_of(serve, cast, line, device_code=code) == refusal


def test_a_second_laptop_for_the_same_pupil_is_refused(cast, line):
    serve(cast, line)
    assert code_of(serve, cast, line) == "already_has_laptop"


def test_who_signs_after_the_gate_is_on_the_list_when_the_desk_opens(cast):
    delivery = decided(cast, cast.tilleuls, signed=6, expected=7)
    ConventionFactory(
        enrolment=cast.alix.enrolments.get(), campaign=cast.campaign, pupil=cast.alix, signed=True
    )
    open_day(delivery=delivery, by=cast.lou, on=DELIVERY_DAY, at=at(DELIVERY_DAY))
    assert delivery.lines.filter(pupil=cast.alix).exists()


def test_who_signs_at_the_desk_is_served_at_once(cast, day):
    ConventionFactory(
        enrolment=cast.alix.enrolments.get(), campaign=cast.campaign, pupil=cast.alix, signed=True
    )
    served = serve(cast, DeliveryLine(delivery=day, pupil=cast.alix))
    assert served.state == LineState.HANDED_OVER
    assert day.lines.count() == 7


def test_the_desk_does_not_open_before_the_day(cast):
    delivery = decided(cast, cast.tilleuls, signed=6, expected=7)
    eve = DELIVERY_DAY - timedelta(days=1)
    assert code_of(open_day, delivery=delivery, by=cast.lou, on=eve, at=at(eve)) == "not_the_day"


def test_nothing_is_scanned_while_the_desk_is_closed(cast):
    delivery = decided(cast, cast.tilleuls, signed=6, expected=7)
    assert code_of(serve, cast, delivery.lines.first()) == "desk_closed"


def test_an_absent_pupil_may_come_after_all(cast, day, line):
    mark_absent(line=line, by=cast.lou, at=at(DELIVERY_DAY))
    assert line_counts(day) == {"expected": 5, "handed_over": 0, "absent": 1, "refused": 0, "total": 6}
    mark_present(line=line, by=cast.lou, at=at(DELIVERY_DAY))
    mark_absent(line=line, by=cast.lou, at=at(DELIVERY_DAY))
    assert serve(cast, line).state == LineState.HANDED_OVER


def test_a_convention_withdrawn_since_the_gate_stops_the_hand_over(cast, line):
    Convention.objects.filter(pupil=line.pupil).update(state=ConventionState.TERMINATED)
    assert code_of(serve, cast, line) == "no_convention"
