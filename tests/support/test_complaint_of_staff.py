"""What may go to a family or to a school: a family's complaint silences it, a member of staff's does not (trust 58)."""

import pytest

from core.addresses import block_address
from core.models import Message, MessageState, Trouble
from core.outbox import deliver_due
from support.enums import Channel
from support.returns import send_label
from tests.support.world import AT, asked_back, ticket_for


def by_school(cast):
    ticket_for(
        cast.alix, cast.campaign, by=cast.roux, channel=Channel.PORTAL, requester_name="", requester_email=""
    )
    return cast.roux.email


def by_family(cast):
    ticket_for(cast.alix, cast.campaign)
    return "nadia.delorme@example.org"


@pytest.mark.parametrize(
    ("asked", "state"), [(by_school, MessageState.SENT), (by_family, MessageState.CANCELLED)]
)
def test_the_answer_to_a_request_belongs_to_who_asked(cast, loan, asked, state):
    reader = asked(cast)
    block_address(address=reader, trouble=Trouble.COMPLAINED, detail="", at=AT)
    deliver_due(at=AT)
    message = Message.objects.get(kind="ticket_received")
    assert (message.to_address, message.state) == (reader, state)


@pytest.mark.parametrize("to_school", [True, False])
def test_a_label_belongs_to_who_holds_the_laptop(cast, loan, to_school):
    send_label(device_return=asked_back(loan), by=cast.maud, at=AT, to_school=to_school)
    assert Message.objects.get(kind="return_label").is_for_staff == to_school
