"""Lifting an objection by its page, whatever the conventions of the pupil (trust 14)."""

from datetime import date

import pytest
from django.urls import reverse

from loans.conventions import issue_conventions
from loans.enums import ConventionState
from loans.models import Convention, Opposition
from support.models import Ticket
from tests.loans.test_oppositions import LATER, SIGNED_AT, agent, links, objecting  # noqa: F401
from tests.loans.test_parallel import together


def test_it_is_lifted_by_its_page_after_a_change_of_text(client, objecting, vote, agent):  # noqa: F811
    """The pupil has two conventions then, the old and the new: one objection all the same."""
    opposition = objecting(at=SIGNED_AT)
    issue_conventions(campaign=vote("signer.minor", "both"), on=date(2026, 9, 5), by=None)
    assert Convention.objects.filter(pupil=opposition.pupil).count() == 2
    client.force_login(agent)
    answer = client.post(
        reverse("support:lift_opposition", args=[opposition.public_id]), {"reason": "Les parents ont écrit."}
    )
    assert answer.status_code == 302
    assert Opposition.objects.get().lifted_at > LATER
    assert Convention.objects.latest("pk").state != ConventionState.OPPOSED


@pytest.mark.trust(14)
def test_a_double_click_opens_one_request(transactional_db, objecting):  # noqa: F811
    together(*[lambda: objecting(at=SIGNED_AT)] * 6)
    assert Opposition.objects.count() == Ticket.objects.count() == 1
