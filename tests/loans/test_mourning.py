"""After a death the family hears nothing more from a machine (issue 3, point 4; SIECLE's exit code 43)."""

from datetime import date

import pytest

from core.models import Message, MessageState
from loans.conventions import consume_changes
from loans.enums import ConventionState
from loans.models import SigningLink
from schools.models import Pupil
from tests.cast import AT
from tests.loans.factories import ConventionFactory
from tests.support.world import lent


ON = date(2026, 10, 12)


def waiting_message(convention):
    return Message.objects.create(
        kind="rappel",
        business_key=f"rappel {convention.pk}",
        about=convention.stream,
        to_address="nadia.delorme@example.org",
        subject="Rappel",
        body="Il reste à signer.",
        message_id=f"<{convention.pk}@example.org>",
        due_at=AT,
    )


def die(pupil):
    Pupil.objects.filter(pk=pupil.pk).update(deceased_on=ON)


@pytest.mark.parametrize("signed", [True, False])
def test_messages_that_wait_are_cancelled_and_the_convention_is_closed(cast, signed):
    convention = ConventionFactory(
        signed=signed, enrolment=cast.alix.enrolments.get(), campaign=cast.campaign
    )
    message = waiting_message(convention)
    die(cast.alix)
    consume_changes(campaign=cast.campaign, on=ON)
    convention.refresh_from_db()
    message.refresh_from_db()
    assert (convention.state, message.state) == (ConventionState.SUPERSEDED, MessageState.CANCELLED)
    assert not SigningLink.objects.filter(convention=convention, revoked_at=None).exists()


def test_a_loan_stays_for_an_agent_to_see_to(cast):
    loan = lent(cast.alix, cast.campaign)
    message = waiting_message(loan.convention)
    die(cast.alix)
    consume_changes(campaign=cast.campaign, on=ON)
    message.refresh_from_db()
    loan.convention.refresh_from_db()
    assert message.state == MessageState.CANCELLED
    assert loan.convention.state == ConventionState.SIGNED
