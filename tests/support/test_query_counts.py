"""Lists cost the same number of queries at 3 rows and at 300."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from support.enums import Channel, TicketState
from support.models import DeviceReturn, Ticket
from tests.cast import make_enrolment, make_pupil
from tests.support.world import AT, asked_back, lent


def make_rows(cast, count, first=0):
    """As many pupils of Mme Roux's, each with a laptop, a ticket and a laptop asked back."""
    for rank in range(first, first + count):
        pupil = make_pupil(f"ESSAI{rank:03}", "Alix", f"{rank:09}ZZ")
        make_enrolment(pupil, cast.tilleuls, cast.campaign)
        loan = lent(pupil, cast.campaign)
        Ticket.objects.create(
            number=f"26-{900000 + rank}",
            campaign=cast.campaign,
            kind="breakdown",
            state=[TicketState.NEW, TicketState.OPEN][rank % 2],
            channel=Channel.PHONE,
            subject="Panne",
            pupil=pupil,
            school=cast.tilleuls,
            loan=loan,
            assignee=cast.maud if rank % 2 else None,
            opened_at=AT + timedelta(minutes=rank),
            moved_at=AT,
        )
        if rank < 3:
            asked_back(loan)
        else:
            DeviceReturn.objects.create(
                reference=f"R26-{900000 + rank}",
                loan=loan,
                school=cast.tilleuls,
                reason="unknown",
                verdict={},
                opened_on=AT.date(),
                due_on=AT.date(),
            )


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("name", "who"),
    [("tickets", "maud"), ("tickets", "roux"), ("returns", "maud"), ("returns", "roux"), ("returns", "ilan")],
)
def test_a_list_costs_the_same_at_3_rows_and_at_300(client, cast, name, who):
    client.force_login(getattr(cast, who))
    address = reverse(f"support:{name}")
    client.get(address)
    make_rows(cast, 3)
    few = queries(client, address)
    make_rows(cast, 297, first=3)
    assert queries(client, address) == few


def test_a_ticket_costs_the_same_with_a_long_history(client, cast, ticket):
    client.force_login(cast.maud)
    address = reverse("support:ticket", args=[ticket.public_id])
    client.get(address)
    few = queries(client, address)
    for rank in range(8):
        Ticket.objects.create(
            number=f"26-{800000 + rank}",
            campaign=cast.campaign,
            kind="other",
            channel=Channel.PHONE,
            subject="Question",
            pupil=cast.alix,
            school=cast.tilleuls,
            opened_at=AT,
            moved_at=AT,
        )
    assert queries(client, address) == few
