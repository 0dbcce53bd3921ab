"""Break, repair, break again: the second time the rules say no, and why (N10)."""

from datetime import timedelta

import pytest

from core.models import Message
from core.refusals import Refused
from loans.enums import DeviceState, LoanEnd, LoanState
from loans.models import Loan
from support.enums import InterventionState, TicketState
from support.interventions import (
    assess,
    confirm_receipt,
    finish_repair,
    grant_repair,
    receive_at_workshop,
    refuse,
    replace_device,
)
from support.models import Intervention
from support.parcels import send_repair_label
from tests.support.world import AT, ON, ticket_for


@pytest.fixture
def repaired(ticket, cast):
    """The first breakdown, from the call to the laptop handed over again."""
    intervention = grant_repair(ticket=ticket, by=cast.maud, at=AT)
    receive_at_workshop(intervention=intervention, diagnosis="Dalle", by=cast.ilan, at=AT)
    finish_repair(intervention=intervention, by=cast.ilan, at=AT)
    confirm_receipt(ticket=ticket, by=cast.roux, at=AT)
    return intervention


def test_a_repair_goes_to_the_workshop_and_back_to_the_pupil(ticket, cast, loan):
    assert assess(ticket, ON).outcome == "granted"
    intervention = grant_repair(ticket=ticket, by=cast.maud, at=AT)
    ticket.refresh_from_db()
    assert ticket.state == TicketState.WAITING_FAMILY
    receive_at_workshop(intervention=intervention, diagnosis="Dalle", by=cast.ilan, at=AT)
    loan.refresh_from_db()
    assert (loan.state, loan.device.state) == (LoanState.IN_REPAIR, DeviceState.IN_REPAIR)
    finish_repair(intervention=intervention, by=cast.ilan, at=AT)
    loan.refresh_from_db()
    ticket.refresh_from_db()
    assert (loan.state, ticket.state) == (LoanState.ACTIVE, TicketState.WAITING_SCHOOL)
    confirm_receipt(ticket=ticket, by=cast.roux, at=AT)
    ticket.refresh_from_db()
    assert ticket.state == TicketState.SOLVED


def test_the_school_is_told_that_a_laptop_comes(repaired, cast):
    message = Message.objects.get(kind="laptop_coming")
    assert message.to_address == cast.roux.email
    assert repaired.loan.device.asset_tag in message.body


def test_a_second_breakdown_is_refused_and_the_verdict_kept(repaired, cast):
    later = AT + timedelta(days=30)
    again = ticket_for(cast.alix, cast.campaign, at=later)
    with pytest.raises(Refused) as refusal:
        grant_repair(ticket=again, by=cast.maud, at=later)
    assert refusal.value.code == "not_entitled"
    assert "une réparation a déjà été accordée le 12 octobre 2026" in refusal.value.sentence
    refuse(ticket=again, by=cast.maud, at=later)
    again.refresh_from_db()
    assert again.state == TicketState.REFUSED
    assert again.why.rule == "repair.free_repairs"
    assert again.why.version == "normandie-2026 v1"
    message = Message.objects.get(kind="ticket_refused")
    assert again.why.reasons[0] in message.body


def test_nobody_refuses_more_than_the_rules(ticket, cast):
    with pytest.raises(Refused) as refusal:
        refuse(ticket=ticket, by=cast.maud, at=AT)
    assert refusal.value.code == "entitled"


def test_granting_twice_grants_once(ticket, cast):
    first = grant_repair(ticket=ticket, by=cast.maud, at=AT)
    assert grant_repair(ticket=ticket, by=cast.maud, at=AT) == first
    assert Message.objects.filter(kind="repair_granted").count() == 1


def test_two_open_requests_do_not_grant_two_repairs(ticket, cast):
    other = ticket_for(cast.alix, cast.campaign, at=AT + timedelta(hours=2))
    grant_repair(ticket=ticket, by=cast.maud, at=AT)
    with pytest.raises(Refused):
        grant_repair(ticket=other, by=cast.maud, at=AT)
    assert Intervention.objects.count() == 1


def test_an_identical_laptop_takes_the_place_of_the_broken_one(ticket, cast, loan, stock):
    intervention = grant_repair(ticket=ticket, by=cast.maud, at=AT, kind="replacement")
    replace_device(intervention=intervention, by=cast.ilan, at=AT, device=stock[1])
    loan.refresh_from_db()
    new = Loan.objects.get(replaces=loan)
    assert (loan.state, loan.end_reason) == (LoanState.CLOSED, LoanEnd.REPLACED)
    assert (new.device, new.pupil, new.state) == (stock[1], cast.alix, LoanState.ACTIVE)
    assert loan.device.state == DeviceState.QUARANTINED
    intervention.refresh_from_db()
    assert (intervention.state, intervention.new_device) == (InterventionState.DONE, stock[1])
    replace_device(intervention=intervention, by=cast.ilan, at=AT)  # repeated, nothing more
    assert Loan.objects.open().filter(pupil=cast.alix).count() == 1


def test_without_a_scan_the_first_of_the_stock_leaves(ticket, cast, stock):
    intervention = grant_repair(ticket=ticket, by=cast.maud, at=AT, kind="replacement")
    done = replace_device(intervention=intervention, by=cast.ilan, at=AT)
    assert done.new_device == stock[0]


def test_an_empty_warehouse_says_so(ticket, cast):
    intervention = grant_repair(ticket=ticket, by=cast.maud, at=AT, kind="replacement")
    with pytest.raises(Refused) as refusal:
        replace_device(intervention=intervention, by=cast.ilan, at=AT)
    assert refusal.value.code == "no_stock"


def test_the_label_comes_with_the_repair_and_is_made_once(ticket, cast):
    with pytest.raises(Refused):
        send_repair_label(ticket=ticket, by=cast.maud, at=AT)
    grant_repair(ticket=ticket, by=cast.maud, at=AT)
    first = send_repair_label(ticket=ticket, by=cast.maud, at=AT)
    second = send_repair_label(ticket=ticket, by=cast.maud, at=AT)
    label = first.attachments.get().file
    assert second.attachments.get().file == label
    assert label.read_bytes().startswith(b"%PDF-")
    assert Message.objects.filter(attachment=label).count() == 2


def test_nothing_can_be_confirmed_before_it_is_sent(ticket, cast):
    grant_repair(ticket=ticket, by=cast.maud, at=AT)
    with pytest.raises(Refused) as refusal:
        confirm_receipt(ticket=ticket, by=cast.roux, at=AT)
    assert refusal.value.code == "nothing_to_receive"
