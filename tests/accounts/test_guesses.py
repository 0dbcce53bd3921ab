"""Who tries addresses of invitations in vain waits; who holds one never does (trust 5)."""

import re

import pytest
from django.utils import timezone

from accounts.enums import Role
from accounts.invitations import invite_user
from core.limits import GUESSES
from core.models import Message
from core.tokens import new_token


pytestmark = pytest.mark.django_db


@pytest.fixture
def address():
    invite_user(email="lea@example.org", role=Role.REGION, by=None, at=timezone.now())
    return re.search(r"/invitation/[^/]+/", Message.objects.latest("pk").clear_body)[0]


def guess(client):
    return client.get(f"/invitation/{new_token()}/")


def test_the_sixty_first_guess_must_wait_and_the_page_says_so(client):
    answers = [guess(client) for _ in range(GUESSES + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {410}
    assert (answers[-1].status_code, answers[-1]["Retry-After"]) == (429, "600")
    assert "dix minutes" in answers[-1].content.decode()


def test_guesses_by_post_are_counted_too(client):
    answers = [client.post(f"/invitation/{new_token()}/") for _ in range(GUESSES + 1)]
    assert answers[-1].status_code == 429


def test_whoever_holds_an_invitation_is_served_however_many_guessed_from_there(client, address):
    for _ in range(GUESSES + 1):
        guess(client)
    assert client.get(address).status_code == 200


def test_good_links_opened_from_one_school_count_for_nothing(client, address):
    assert {client.get(address).status_code for _ in range(GUESSES + 20)} == {200}
    assert guess(client).status_code == 410


def test_a_link_used_or_too_old_is_no_guess(client, address):
    invite_user(email="lea@example.org", role=Role.REGION, by=None, at=timezone.now())
    assert {client.get(address).status_code for _ in range(GUESSES + 20)} == {410}
