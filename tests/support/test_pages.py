"""The console, the school's pages, the returns and the warehouse, by the test client."""

import pytest
from django.urls import reverse

from core.models import Message
from support.enums import TicketKind, TicketState
from support.models import DeviceReturn, Intervention, PoliceReport, Ticket
from support.tickets import note, reply
from tests.support.world import AT, asked_back, scan, ticket_for


@pytest.fixture
def agent(client, cast):
    client.force_login(cast.maud)
    return client


@pytest.fixture
def school(client, cast):
    client.force_login(cast.roux)
    return client


def page_of(client, name, thing=None, **query):
    address = reverse(f"support:{name}", args=[thing.public_id] if thing else [])
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def act(client, ticket, code, **words):
    address = reverse("support:act", args=[ticket.public_id])
    return client.post(address, {"acte": code} | words, follow=True).content.decode()


@pytest.mark.parametrize(
    "words", ["26-000001", "000001", "delorme", "DELORME alix", "123456789AB", "serial", "tag"]
)
def test_one_box_finds_a_request_by_anything(agent, ticket, loan, words):
    words = {"serial": loan.device.serial, "tag": loan.device.asset_tag.lower()}.get(words, words)
    assert str(ticket.public_id) in page_of(agent, "tickets", q=words)


def test_the_box_finds_the_pupil_of_a_first_call(agent, loan, cast):
    found = page_of(agent, "tickets", q=loan.device.serial)
    assert f"?eleve={cast.alix.public_id}" in found


def test_saved_views_follow_the_state(agent, ticket, cast):
    assert str(ticket.public_id) in page_of(agent, "tickets")
    act(agent, ticket, "wait_family")
    assert str(ticket.public_id) not in page_of(agent, "tickets")
    assert str(ticket.public_id) in page_of(agent, "tickets", vue="waiting")
    assert str(ticket.public_id) not in page_of(agent, "tickets", vue="mine")
    act(agent, ticket, "take")
    assert str(ticket.public_id) in page_of(agent, "tickets", vue="mine")


def test_the_entitlement_is_said_before_any_button(agent, ticket):
    body = page_of(agent, "ticket", ticket)
    verdict, button = body.index("qu’une seule fois"), body.index('value="grant_repair"')
    assert verdict < button
    assert "repair.free_repairs" in body  # behind « Pourquoi ? » (X6)


def test_a_macro_grants_and_says_so(agent, ticket):
    body = act(agent, ticket, "grant_repair")
    assert "la marche à suivre a été envoyée" in body
    assert Intervention.objects.get().ticket == ticket
    assert 'value="label_repair"' in body


def test_a_second_breakdown_only_offers_the_refusal(agent, ticket, cast):
    act(agent, ticket, "grant_repair")
    other = ticket_for(cast.alix, cast.campaign, subject="Encore", body="Encore une panne.")
    body = page_of(agent, "ticket", other)
    assert 'value="grant_repair"' not in body
    assert "Refusé" in act(agent, other, "refuse")
    assert Ticket.objects.get(pk=other.pk).state == TicketState.REFUSED


def test_the_report_is_uploaded_from_its_own_page(agent, cast, loan):
    theft = ticket_for(cast.alix, cast.campaign, kind=TicketKind.THEFT)
    assert 'value="ask_report"' in page_of(agent, "ticket", theft)
    words = {"number": "12/3", "filed_on": AT.date().isoformat(), "office": "Commissariat", "file": scan()}
    agent.post(reverse("support:police_report", args=[theft.public_id]), words)
    report = PoliceReport.objects.get()
    body = page_of(agent, "ticket", theft)
    assert 'value="grant_replacement"' in body
    file = agent.get(reverse("support:attachment", args=[theft.public_id, report.file.public_id]))
    assert file.content.startswith(b"%PDF-")
    assert "sandbox" in file["Content-Security-Policy"]


def test_an_answer_and_a_note_are_written_by_their_buttons(agent, ticket):
    address = reverse("support:reply", args=[ticket.public_id])
    agent.post(address, {"body": "Redémarrez.", "then": "wait_family"})
    agent.post(address, {"body": "À rappeler.", "then": "note"})
    ticket.refresh_from_db()
    assert ticket.state == TicketState.WAITING_FAMILY
    assert list(ticket.messages.values_list("body", "is_internal"))[1:] == [
        ("Redémarrez.", False),
        ("À rappeler.", True),
    ]


def test_an_empty_answer_is_pointed_out(agent, ticket):
    response = agent.post(reverse("support:reply", args=[ticket.public_id]), {"body": ""})
    assert response.status_code == 422
    assert "error-summary" in response.content.decode()


def test_a_school_asks_for_its_own_pupil_in_two_steps(school, cast, loan):
    body = page_of(school, "new_ticket", q="delorme")
    assert str(cast.alix.public_id) in body
    address = f"{reverse('support:new_ticket')}?eleve={cast.alix.public_id}"
    response = school.post(address, {"kind": "breakdown", "body": "Il ne s’allume plus."}, follow=True)
    ticket = Ticket.objects.get()
    assert (ticket.school, ticket.opened_by, ticket.channel) == (cast.tilleuls, cast.roux, "portal")
    assert ticket.number in response.content.decode()


def test_a_school_does_not_find_the_pupils_of_another(school, cast):
    assert str(cast.noe.public_id) not in page_of(school, "new_ticket", q="oeuvrard")
    response = school.get(reverse("support:new_ticket"), {"eleve": str(cast.noe.public_id)})
    assert response.status_code == 404


def test_a_school_never_reads_internal_notes(school, ticket, cast):
    note(ticket=ticket, body="Famille difficile à joindre.", by=cast.maud, at=AT)
    reply(ticket=ticket, body="Bonjour, envoyez-le.", by=cast.maud, at=AT)
    body = page_of(school, "ticket", ticket)
    assert "Bonjour, envoyez-le." in body
    assert "difficile à joindre" not in body
    assert "nadia.delorme@example.org" not in body  # a family's address is not the school's to read here


def test_a_school_cannot_grant(school, ticket):
    assert "n’est pas pour vous" in act(school, ticket, "grant_repair")
    assert not Intervention.objects.exists()


def test_a_school_confirms_that_it_handed_the_laptop_over(client, cast, ticket):
    client.force_login(cast.maud)
    for code in ("grant_repair", "receive", "finish"):
        act(client, ticket, code)
    client.force_login(cast.roux)
    assert 'value="confirm"' in page_of(client, "ticket", ticket)
    act(client, ticket, "confirm")
    ticket.refresh_from_db()
    assert ticket.state == TicketState.SOLVED


def test_the_warehouse_receives_checks_and_closes_by_scan(client, cast, loan):
    back = asked_back(loan)
    client.force_login(cast.ilan)
    response = client.post(reverse("support:warehouse"), {"code": loan.device.serial})
    assert response.url == reverse("support:inspection", args=[back.public_id])
    client.post(response.url, {"present": ["laptop", "charger"], "condition": "good"})
    assert DeviceReturn.objects.get().state == "closed"
    assert "ni une étiquette" in client.post(reverse("support:warehouse"), {"code": "XYZ"}).content.decode()


def test_the_warehouse_prepares_a_replacement(client, cast, ticket, stock):
    client.force_login(cast.maud)
    act(client, ticket, "grant_exchange")
    client.force_login(cast.ilan)
    intervention = Intervention.objects.get()
    assert cast.alix.list_name in page_of(client, "warehouse")
    address = reverse("support:replacement", args=[intervention.public_id])
    client.post(address, {"code": stock[2].serial.lower()})
    intervention.refresh_from_db()
    assert intervention.new_device == stock[2]
    assert cast.alix.list_name not in page_of(client, "warehouse")


def test_a_school_gets_a_label_and_tells_where_the_pupil_went(school, cast, loan):
    back = asked_back(loan, reason="unknown")
    school.post(reverse("support:return_act", args=[back.public_id]), {"acte": "label_school"})
    label = school.get(reverse("support:return_label", args=[back.public_id]))
    assert label.content.startswith(b"%PDF-")
    assert "Où l’élève est-il parti" in page_of(school, "return", back)
    school.post(reverse("support:departure_reason", args=[back.public_id]), {"reason": "member_school"})
    back.refresh_from_db()
    assert back.state == "cancelled"


def test_a_laptop_left_at_the_school_gets_a_return_and_a_label_from_the_ticket(agent, cast, loan):
    """N12: « si l’élève vous remet l’ordinateur », the school asks for a label."""
    ticket = ticket_for(
        cast.alix, cast.campaign, kind="departure", channel="portal", requester_email=cast.roux.email
    )
    act(agent, ticket, "take_back")
    back = DeviceReturn.objects.get()
    assert (back.reason, back.school) == ("withdrawn", cast.tilleuls)
    act(agent, ticket, "label_return")
    assert Message.objects.filter(kind="return_label", to_address=cast.roux.email).exists()
