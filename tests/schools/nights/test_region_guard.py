"""What the region's guard stopped is said in the night's page and in the morning's e-mail (trust 29)."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from core.models import Message
from schools.fictitious.evolutions import leave
from schools.nights.telling import tell_nights
from tests.schools.factories import UserFactory
from tests.schools.nights.conftest import FIRST, instant, nth


SENTENCE = (
    "La garde de la région retient 1 fichier : avec lui, la nuit retirerait 6 des 77 élèves de la région"
)


@pytest.fixture
def officer(client, db):
    officer = UserFactory(role=Role.REGION)
    client.force_login(officer)
    return officer


@pytest.fixture
def stopped(depot, guard_from_ten):
    """Each school loses three of forty: no file is suspicious alone, the second one waits for the region's share."""
    depot.drop(FIRST)
    depot.ring(FIRST)
    for school in depot.region.schools:
        for pupil in school.pupils[:3]:
            leave(pupil, on=FIRST)
    depot.drop(nth(1))
    [night] = depot.ring(nth(1))
    return night


def test_the_page_of_the_night_says_what_the_region_s_guard_holds(client, officer, stopped):
    page = client.get(reverse("schools:night", args=[stopped.public_id])).content.decode()
    assert SENTENCE in page.replace("\xa0", " ").replace("\u202f", " ")
    assert "?situation=held" in page


def test_the_morning_s_message_says_it_too(officer, stopped):
    tell_nights(on=nth(1), at=instant(nth(1)))
    message = Message.objects.filter(to_address=officer.email).latest("pk")
    assert SENTENCE in message.body.replace("\xa0", " ").replace("\u202f", " ")


def test_a_night_whose_files_wait_for_reasons_of_their_own_does_not_name_the_region(client, officer, depot):
    depot.drop(FIRST)
    depot.ring(FIRST)
    depot.region.schools[0].pupils = depot.region.schools[0].pupils[:20]
    depot.drop(nth(1), depot.region.schools[0])
    [night] = depot.ring(nth(1))
    assert night.summary["region_guard"] is None
    page = client.get(reverse("schools:night", args=[night.public_id])).content.decode()
    assert "garde de la région" not in page
