"""A ticket from the first word to the last."""

from datetime import timedelta

import pytest

from core.models import Message
from core.refusals import Refused
from support.enums import Channel, TicketState
from support.models import Ticket
from support.tickets import assign, note, open_ticket, reopen, reply, reply_and, solve, wait_for
from tests.support.world import AT, ticket_for


def test_numbers_follow_one_another_in_a_campaign(cast):
    first = ticket_for(cast.alix, cast.campaign)
    second = ticket_for(cast.noe, cast.campaign)
    assert (first.number, second.number) == ("26-000001", "26-000002")


def test_a_new_request_knows_its_school_and_its_laptop(ticket, cast, loan):
    assert (ticket.school, ticket.loan) == (cast.tilleuls, loan)


def test_the_requester_learns_the_number_by_mail(ticket):
    message = Message.objects.get(kind="ticket_received")
    assert message.to_address == "nadia.delorme@example.org"
    assert message.subject == "[n° 26-000001] Votre demande est bien reçue"
    assert "01 99 00 10 01" in message.body  # the families' line, never the schools' (N13)
    assert "01 99 00 10 02" not in message.body


def test_a_school_is_given_its_own_line_and_a_link(cast, loan):
    ticket = ticket_for(
        cast.alix, cast.campaign, by=cast.roux, channel=Channel.PORTAL, requester_name="", requester_email=""
    )
    message = Message.objects.get(kind="ticket_received")
    assert message.to_address == cast.roux.email
    assert "01 99 00 10 02" in message.body
    assert f"/assistance/{ticket.public_id}/" in message.body


def test_the_same_words_sent_twice_open_one_request(ticket, cast):
    again = ticket_for(cast.alix, cast.campaign)
    assert again == ticket
    assert Ticket.objects.count() == 1
    assert ticket_for(cast.alix, cast.campaign, at=AT + timedelta(hours=1)) != ticket


def test_an_empty_request_is_refused(cast):
    with pytest.raises(Refused) as refusal:
        ticket_for(cast.alix, cast.campaign, body="  ")
    assert refusal.value.code == "message_empty"


def test_an_answer_opens_the_request_and_leaves_by_mail(ticket, cast):
    reply(ticket=ticket, body="Essayez un redémarrage.", by=cast.maud, at=AT)
    ticket.refresh_from_db()
    assert ticket.state == TicketState.OPEN
    message = Message.objects.get(kind="ticket_answered")
    assert message.subject == "[n° 26-000001] L’écran reste noir"
    assert "Essayez un redémarrage." in message.body


def test_a_note_goes_nowhere(ticket, cast):
    note(ticket=ticket, body="La mère est pressée.", by=cast.maud, at=AT)
    assert not Message.objects.filter(body__contains="pressée").exists()
    assert ticket.messages.get(is_internal=True).author == cast.maud


def test_an_answer_of_the_family_wakes_a_waiting_request(ticket, cast):
    wait_for(ticket=ticket, whom="family", by=cast.maud, at=AT)
    later = AT + timedelta(days=1)
    reply(ticket=ticket, body="Toujours noir.", by=None, at=later)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.moved_at) == (TicketState.OPEN, later)
    assert not Message.objects.filter(kind="ticket_answered").exists()


def test_one_gesture_answers_and_solves(ticket, cast):
    reply_and(ticket=ticket, body="C’est réglé.", by=cast.maud, at=AT, then="solve")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.solved_at) == (TicketState.SOLVED, AT)
    assert [entry.to_state for entry in ticket.log.all()] == ["open", "solved"]


def test_an_answer_to_a_solved_request_opens_it_again(ticket, cast):
    solve(ticket=ticket, by=cast.maud, at=AT)
    reply(ticket=ticket, body="Non, toujours noir.", by=None, at=AT + timedelta(days=2))
    ticket.refresh_from_db()
    assert ticket.state == TicketState.OPEN


def test_taking_a_request_opens_it_and_leaves_a_note(ticket, cast):
    assign(ticket=ticket, to=cast.maud, by=cast.maud, at=AT)
    assign(ticket=ticket, to=cast.maud, by=cast.maud, at=AT)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.state) == (cast.maud, TicketState.OPEN)
    assert ticket.messages.filter(is_internal=True).count() == 1


def test_only_agents_take_requests(ticket, cast):
    with pytest.raises(Refused) as refusal:
        assign(ticket=ticket, to=cast.roux, by=cast.maud, at=AT)
    assert refusal.value.code == "not_an_agent"


def test_a_request_cannot_skip_from_the_workshop_to_closed(ticket, cast):
    reopen(ticket=ticket, by=cast.maud, at=AT)
    ticket.refresh_from_db()
    assert not ticket.can_move_to("new")


def test_a_request_about_nobody_has_no_school(cast):
    opened = open_ticket(
        campaign=cast.campaign,
        kind="other",
        subject="Horaires",
        body="Quand êtes-vous ouverts ?",
        channel=Channel.EMAIL,
        by=cast.maud,
        at=AT,
        requester_name="Un parent",
    )
    assert (opened.school, opened.loan, opened.opened_by) == (None, None, cast.maud)
