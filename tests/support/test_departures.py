"""What the enrolment files say, done exactly once (N12, invariants 4 and 11)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from core.models import Message
from loans.enums import LoanState
from loans.models import Loan
from programmes.enums import DepartureReason
from schools.enums import ChangeKind
from schools.models import ChangeReceipt, EnrolmentChange, SchoolMembership
from support.departures import consume_changes, tell_reason
from support.enums import ReturnReason, ReturnState
from support.models import DeviceReturn, Ticket
from tests.cast import make_cast, make_enrolment, make_school
from tests.support.world import AT, ON, left, lent


@pytest.fixture
def enrolment(cast, loan):
    return cast.alix.enrolments.get()


def night(cast, on=ON):
    return consume_changes(campaign=cast.campaign, on=on, at=AT)


def moved(cast, enrolment, school):
    """Gone from the first school, arrived in another."""
    left(enrolment)
    arrival = make_enrolment(cast.alix, school, cast.campaign, entered_on=ON)
    return EnrolmentChange.objects.create(enrolment=arrival, kind=ChangeKind.MOVED, on=ON)


def test_a_departure_opens_one_return_however_often_the_night_comes(cast, enrolment, loan):
    left(enrolment)
    assert night(cast)["opened"] == 1
    assert night(cast).get("opened", 0) == 0
    back = DeviceReturn.objects.get()
    loan.refresh_from_db()
    assert (back.loan, back.school, loan.state) == (loan, cast.tilleuls, LoanState.RETURN_DUE)
    assert Message.objects.filter(kind="return_asked").count() == 1


def test_nobody_knows_why_so_the_school_is_asked(cast, enrolment):
    left(enrolment, exit_reason="99")
    night(cast)
    back = DeviceReturn.objects.get()
    assert (back.reason, back.why.outcome) == (ReturnReason.UNKNOWN, "ask")
    assert "Vous savez où l’élève est parti" in Message.objects.get(kind="return_announced").body


@pytest.mark.parametrize(
    ("said", "reason"), [("other_region", ReturnReason.OTHER_REGION), ("apprentice_centre", ReturnReason.CFA)]
)
def test_a_reason_in_the_file_is_kept(cast, enrolment, said, reason):
    left(enrolment, exit_reason=said)
    night(cast)
    assert DeviceReturn.objects.get().reason == reason


def test_an_apprentice_in_class_keeps_the_laptop(cast, enrolment, loan):
    left(enrolment, exit_reason="apprentice_in_class")
    assert night(cast)["kept"] == 1
    loan.refresh_from_db()
    assert loan.state == LoanState.ACTIVE


def test_a_move_between_member_schools_keeps_the_same_loan(cast, enrolment, loan):
    """Invariant 4."""
    moved(cast, enrolment, cast.rivage)
    night(cast)
    assert Loan.objects.open().get(pupil=cast.alix) == loan
    assert Loan.objects.filter(pupil=cast.alix).count() == 1
    assert not DeviceReturn.objects.exists()
    assert not Message.objects.filter(kind__startswith="return").exists()


def test_a_move_out_of_the_programme_asks_the_laptop_back(cast, enrolment):
    outside = make_school("0140199P", "Lycée du Large", cast.campaign)
    SchoolMembership.objects.filter(school=outside).update(ended_on=date(2026, 9, 30))
    moved(cast, enrolment, outside)
    assert night(cast)["opened"] == 1
    back = DeviceReturn.objects.get()
    assert (back.reason, back.school) == (ReturnReason.NON_MEMBER, cast.tilleuls)
    assert "Lycée du Large" in back.why.reasons[0]


def test_a_pupil_who_comes_back_keeps_the_laptop(cast, enrolment, loan):
    left(enrolment)
    night(cast)
    enrolment.state, enrolment.left_on = "active", None
    enrolment.save()
    EnrolmentChange.objects.create(enrolment=enrolment, kind=ChangeKind.RETURNED, on=ON)
    assert night(cast)["cancelled"] == 1
    loan.refresh_from_db()
    assert (loan.state, DeviceReturn.objects.get().state) == (LoanState.ACTIVE, ReturnState.CANCELLED)


def test_the_school_says_where_the_pupil_went(cast, enrolment, loan):
    left(enrolment)
    night(cast)
    back = DeviceReturn.objects.get()
    told = tell_reason(device_return=back, reason=DepartureReason.OTHER_REGION, by=cast.roux, at=AT, on=ON)
    assert (told.reason, told.why.outcome) == (ReturnReason.OTHER_REGION, "return")
    kept = tell_reason(device_return=back, reason=DepartureReason.MEMBER_SCHOOL, by=cast.roux, at=AT, on=ON)
    loan.refresh_from_db()
    assert (kept.state, loan.state) == (ReturnState.CANCELLED, LoanState.ACTIVE)


def test_after_a_death_no_machine_writes_to_the_family(cast, enrolment, loan):
    cast.alix.deceased_on = ON
    cast.alix.save()
    left(enrolment)
    assert night(cast)["deceased"] == 1
    assert not Message.objects.exists()
    assert not DeviceReturn.objects.exists()
    assert Ticket.objects.get().pupil == cast.alix


def test_changes_that_ask_nothing_are_ticked_off(cast, loan):
    other = cast.noe.enrolments.get()  # Noé has no laptop
    left(other)
    EnrolmentChange.objects.create(enrolment=cast.alix.enrolments.get(), kind=ChangeKind.CHANGED, on=ON)
    assert night(cast) == {"nothing": 2}
    assert not EnrolmentChange.objects.pending_for("support").exists()


def test_a_change_of_tomorrow_waits(cast, enrolment):
    left(enrolment, on=ON + timedelta(days=1))
    assert night(cast) == {"nothing": 0}
    assert not ChangeReceipt.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_in_the_same_night_open_one_return(transactional_db):
    cast = make_cast()
    lent(cast.alix, cast.campaign)
    left(cast.alix.enrolments.get())

    def work(_rank):
        try:
            return night(cast).get("opened", 0)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        opened = sum(pool.map(work, range(4)))
    assert (opened, DeviceReturn.objects.count()) == (1, 1)
    assert Message.objects.filter(kind="return_asked").count() == 1
