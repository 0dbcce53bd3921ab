"""Theft and loss: a report first, one replacement, through the school (N11)."""

from datetime import timedelta

import pytest

from core.models import Message
from core.refusals import Refused
from loans.enums import DeviceState, LoanEnd, LoanState
from loans.models import Loan
from support.enums import TicketKind, TicketState
from support.interventions import assess, grant_replacement, refuse, replace_device
from support.theft import ask_report, record_police_report
from tests.support.world import AT, ON, scan, ticket_for


@pytest.fixture
def theft(cast, loan):
    return ticket_for(cast.alix, cast.campaign, kind=TicketKind.THEFT)


def report(ticket, by, at=AT, **words):
    values = {
        "number": "2026/0417",
        "filed_on": at.date(),
        "office": "Gendarmerie d’Essaiville",
        "upload": scan(),
    }
    return record_police_report(ticket=ticket, by=by, at=at, **values | words)


def test_no_replacement_without_the_report(theft, cast, stock):
    assert assess(theft, ON).outcome == "needs_report"
    with pytest.raises(Refused) as refusal:
        grant_replacement(ticket=theft, by=cast.maud, at=AT)
    assert refusal.value.code == "needs_report"


def test_asking_for_the_report_waits_for_the_family(theft, cast, loan):
    ask_report(ticket=theft, by=cast.maud, at=AT)
    ask_report(ticket=theft, by=cast.maud, at=AT)
    theft.refresh_from_db()
    assert theft.state == TicketState.WAITING_FAMILY
    assert loan.device.serial in Message.objects.get(kind="report_needed").body


def test_the_report_declares_the_laptop_stolen(theft, cast, loan):
    kept = report(theft, cast.maud)
    assert report(theft, cast.maud, number="autre") == kept
    loan.refresh_from_db()
    assert (loan.state, loan.end_reason, loan.device.state) == (
        LoanState.STOLEN,
        LoanEnd.STOLEN,
        DeviceState.STOLEN,
    )
    assert kept.file.read_bytes().startswith(b"%PDF-")


def test_with_the_report_another_laptop_leaves_for_the_school(theft, cast, loan, stock):
    report(theft, cast.maud)
    theft.refresh_from_db()
    intervention = grant_replacement(ticket=theft, by=cast.maud, at=AT)
    replace_device(intervention=intervention, by=cast.ilan, at=AT, device=stock[0])
    new = Loan.objects.open().get(pupil=cast.alix)
    assert (new.device, new.replaces) == (stock[0], loan)
    assert Message.objects.filter(kind="laptop_coming", to_address=cast.roux.email).exists()


def test_a_second_theft_is_refused(theft, cast, stock):
    report(theft, cast.maud)
    replace_device(intervention=grant_replacement(ticket=theft, by=cast.maud, at=AT), by=cast.ilan, at=AT)
    later = AT + timedelta(days=60)
    second = ticket_for(cast.alix, cast.campaign, kind=TicketKind.THEFT, at=later)
    report(second, cast.maud, at=later)
    with pytest.raises(Refused) as refusal:
        grant_replacement(ticket=second, by=cast.maud, at=later)
    assert refusal.value.code == "not_entitled"
    refuse(ticket=second, by=cast.maud, at=later)
    second.refresh_from_db()
    assert "un remplacement a déjà été accordé le 12 octobre 2026" in second.why.reasons[0]


def test_a_report_from_the_future_or_not_a_document_is_refused(theft, cast):
    with pytest.raises(Refused) as refusal:
        report(theft, cast.maud, filed_on=ON + timedelta(days=1))
    assert refusal.value.code == "report_in_the_future"
    wrong = scan()
    wrong.file.seek(0)
    wrong.file.write(b"MZ")
    wrong.file.seek(0)
    with pytest.raises(Refused) as refusal:
        report(theft, cast.maud, upload=wrong)
    assert refusal.value.code == "file_type"


def test_a_breakdown_takes_no_police_report(ticket, cast):
    with pytest.raises(Refused) as refusal:
        report(ticket, cast.maud)
    assert refusal.value.code == "not_missing"
