"""Who makes up addresses of the laptop's story waits; families behind one connection never do (trust 5)."""

import pytest

from core.limits import GUESSES
from distribution.follow_up import follow_up_token
from loans.models import Convention
from tests.distribution.scene import families


@pytest.fixture
def story(cast):
    [convention] = families(cast, cast.tilleuls, signed=1, expected=2)
    return convention, f"/suivi/{follow_up_token(convention)}/"


def guesses(client, convention, ending=""):
    return [client.get(f"/suivi/{convention.public_id}:{n:043}/{ending}") for n in range(GUESSES + 1)]


@pytest.mark.parametrize("ending", ["", "livraison.ics"])
def test_the_sixty_first_guess_must_wait_and_the_page_says_so(client, story, ending):
    answers = guesses(client, story[0], ending)
    assert {answer.status_code for answer in answers[:-1]} == {410}
    assert (answers[-1].status_code, answers[-1]["Retry-After"]) == (429, "600")
    assert "dix minutes" in answers[-1].content.decode()


def test_a_family_is_served_however_many_guessed_from_there(client, story):
    convention, address = story
    guesses(client, convention)
    assert client.get(address).status_code == 200


def test_good_links_count_for_nothing_nor_do_those_that_are_over(client, story):
    _convention, address = story
    assert {client.get(address).status_code for _ in range(GUESSES + 20)} == {200}
    Convention.objects.update(state="terminated")
    assert {client.get(address).status_code for _ in range(GUESSES + 20)} == {410}
