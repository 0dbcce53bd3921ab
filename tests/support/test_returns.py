"""A laptop comes back, from the day it is asked for to the receipt (N12, P4)."""

import io
from datetime import date, timedelta

import pytest
from pypdf import PdfReader

from core.models import Message
from core.refusals import Refused
from loans.enums import DeviceState, LoanState
from loans.lending import send_to_repair
from support.enums import ReturnState
from support.returns import (
    cancel_return,
    inspect_return,
    mark_in_transit,
    missing_items,
    receive_return,
    return_scanned,
    send_label,
)
from tests.support.world import AT, asked_back


@pytest.fixture
def back(loan):
    return asked_back(loan)


def inspected(back, by, **words):
    values = {"present": ["laptop", "charger"], "condition": "good"}
    return inspect_return(device_return=back, by=by, at=AT, **values | words)


def test_the_family_and_the_school_are_told_why_and_when(back, cast):
    assert back.due_on == date(2026, 10, 27)
    family = Message.objects.get(kind="return_asked")
    assert family.to_address == "nadia.delorme@example.org"
    assert "mardi 27 octobre 2026" in family.body
    assert "L’élève part dans une autre région." in family.body
    school = Message.objects.get(kind="return_announced")
    assert school.to_address == cast.roux.email
    assert f"/retours/{back.public_id}/" in school.body


def test_one_live_return_a_loan(back, loan):
    assert asked_back(loan, at=AT + timedelta(days=1)) == back
    assert Message.objects.filter(kind="return_asked").count() == 1


def test_the_whole_way_back_closes_the_loan(back, cast, loan):
    send_label(device_return=back, by=cast.maud, at=AT)
    mark_in_transit(device_return=back, by=None, at=AT)
    receive_return(device_return=return_scanned(back.reference), by=cast.ilan, at=AT)
    closed = inspected(back, cast.ilan)
    loan.refresh_from_db()
    loan.device.refresh_from_db()
    assert (closed.state, loan.state, loan.end_reason) == (ReturnState.CLOSED, LoanState.CLOSED, "returned")
    assert loan.device.state == DeviceState.QUARANTINED
    assert [entry.to_state for entry in closed.log.all()] == [
        "due",
        "label_sent",
        "in_transit",
        "received",
        "closed",
    ]
    assert Message.objects.filter(kind="return_closed", to_address="nadia.delorme@example.org").exists()


def device_of(loan):
    loan.device.refresh_from_db()
    return loan.device.state


def test_a_laptop_handed_in_is_on_its_way_and_no_longer_with_the_pupil(back, cast, loan):
    mark_in_transit(device_return=back, by=None, at=AT)
    loan.refresh_from_db()
    assert (device_of(loan), loan.state) == (DeviceState.IN_TRANSIT, LoanState.RETURN_DUE)
    receive_return(device_return=back, by=cast.ilan, at=AT)
    inspected(back, cast.ilan)
    assert device_of(loan) == DeviceState.QUARANTINED


def test_a_return_cancelled_on_the_way_gives_the_laptop_back_to_the_pupil(back, cast, loan):
    mark_in_transit(device_return=back, by=None, at=AT)
    cancel_return(device_return=back, by=cast.maud, at=AT, reason="L’élève revient.")
    loan.refresh_from_db()
    assert (device_of(loan), loan.state) == (DeviceState.ON_LOAN, LoanState.ACTIVE)


def test_a_laptop_in_repair_stays_so_when_its_parcel_is_handed_in(back, loan):
    send_to_repair(loan=loan, by=None, at=AT)
    mark_in_transit(device_return=back, by=None, at=AT)
    assert device_of(loan) == DeviceState.IN_REPAIR


def test_the_label_is_made_once_and_says_what_to_pack(back, cast):
    sent = send_label(device_return=back, by=cast.maud, at=AT)
    again = send_label(device_return=back, by=cast.roux, at=AT, to_school=True)
    assert sent.label == again.label
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(sent.label.read_bytes())).pages)
    assert "Colis prépayé" in text
    assert back.reference in text
    assert back.loan.device.serial in text
    assert "Chargeur" in text
    letters = Message.objects.filter(kind="return_label", attachment=sent.label)
    assert set(letters.values_list("to_address", flat=True)) == {"nadia.delorme@example.org", cast.roux.email}


@pytest.mark.parametrize("field", ["reference", "tracking", "serial", "asset_tag"])
def test_the_warehouse_finds_a_return_by_any_code(back, field):
    codes = {
        "reference": back.reference.lower(),
        "tracking": back.tracking_number,
        "serial": back.loan.device.serial,
        "asset_tag": f" {back.loan.device.asset_tag} ",
    }
    assert return_scanned(codes[field]) == back


def test_an_unexpected_laptop_is_put_aside(loan):
    with pytest.raises(Refused) as refusal:
        return_scanned(loan.device.serial)
    assert refusal.value.code == "nothing_awaited"
    with pytest.raises(Refused) as refusal:
        return_scanned("CT-999")
    assert refusal.value.code == "unknown_code"


def test_a_missing_charger_is_written_down(back, cast):
    receive_return(device_return=back, by=cast.ilan, at=AT)
    closed = inspected(back, cast.ilan, present=["laptop"], condition="worn", note="Coque rayée.")
    assert missing_items(closed.inspection) == ["Chargeur"]
    assert closed.inspection["condition"] == "worn"
    assert "- Chargeur" in Message.objects.get(kind="return_closed").body


def test_an_empty_box_closes_nothing(back, cast, loan):
    receive_return(device_return=back, by=cast.ilan, at=AT)
    with pytest.raises(Refused) as refusal:
        inspected(back, cast.ilan, present=["charger"])
    assert refusal.value.code == "laptop_missing"
    loan.refresh_from_db()
    assert loan.state == LoanState.RETURN_DUE


def test_a_return_is_not_inspected_before_it_arrives(back, cast, loan):
    with pytest.raises(Refused):
        inspected(back, cast.ilan)
    loan.refresh_from_db()
    assert loan.state == LoanState.RETURN_DUE  # nothing half done


def test_inspecting_twice_keeps_the_first(back, cast):
    receive_return(device_return=back, by=cast.ilan, at=AT)
    first = inspected(back, cast.ilan)
    assert inspected(back, cast.ilan, condition="broken").inspection == first.inspection


def test_a_cancelled_return_leaves_the_laptop_with_the_pupil(back, loan, cast):
    cancel_return(device_return=back, by=cast.maud, at=AT)
    cancel_return(device_return=back, by=cast.maud, at=AT)
    loan.refresh_from_db()
    assert (loan.state, loan.due_on) == (LoanState.ACTIVE, None)
    assert Message.objects.filter(kind="return_cancelled").count() == 1
