"""A family contests a decision from its own link, and somebody must answer (X6)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.models import Message
from core.tokens import new_token, token_digest
from loans.models import SigningLink
from support.enums import Channel, TicketKind
from support.interventions import grant_repair, refuse
from support.models import Ticket
from tests.support.world import AT, ticket_for


@pytest.fixture
def family(client, cast, loan):
    """Alix's mother opened her link and gave the date of birth."""
    token = new_token()
    SigningLink.objects.create(
        convention=loan.convention,
        guardian=cast.mother,
        token_hash=token_digest(token),
        sent_to=cast.mother.email,
        issued_at=AT,
        expires_at=AT + timedelta(days=60),
    )
    client.get(reverse("loans:open_link", args=[token]))
    born = cast.alix.birth_on
    client.post(reverse("loans:family_check"), {"day": born.day, "month": born.month, "year": born.year})
    return client


@pytest.fixture
def refused(cast, loan):
    grant_repair(ticket=ticket_for(cast.alix, cast.campaign), by=cast.maud, at=AT)
    later = AT + timedelta(days=9)
    return refuse(ticket=ticket_for(cast.alix, cast.campaign, at=later), by=cast.maud, at=later)


def test_the_page_shows_each_decision_with_its_reasons(family, refused):
    body = family.get(reverse("support:contest")).content.decode()
    assert f"Demande n°\u00a0{refused.number}, refusée" in body
    assert "une réparation a déjà été accordée" in body
    assert "Le droit à un ordinateur" in body


def test_the_family_words_open_a_request_with_the_verdict(family, refused, cast):
    words = {"decision": f"ticket-{refused.number}", "body": "La première réparation n’a rien réparé."}
    response = family.post(reverse("support:contest"), words)
    opened = Ticket.objects.get(kind=TicketKind.CONTEST)
    assert opened.number in response.content.decode()
    assert (opened.pupil, opened.channel, opened.requester_email) == (
        cast.alix,
        Channel.FAMILY,
        cast.mother.email,
    )
    assert opened.why == refused.why
    assert Message.objects.filter(kind="ticket_received", about=opened.about).exists()


def test_looking_opens_nothing(family, refused):
    before = Ticket.objects.count()
    for _time in range(3):
        family.get(reverse("support:contest"))
    assert Ticket.objects.count() == before


def test_without_a_link_there_is_nothing_to_contest(client, db):
    assert client.post(reverse("support:contest"), {"body": "x"}).status_code == 403
    assert not Ticket.objects.exists()
