"""The family's own page: the story of the laptop behind a link, and its day in a calendar (X5)."""

from datetime import date

import pytest
from django.urls import reverse

from core.models import Message
from core.tokens import new_token, token_digest
from distribution.absentees import make_parcels
from distribution.calendar_file import calendar_of
from distribution.enums import DeliveryState
from distribution.family import next_delivery_for
from distribution.follow_up import follow_up_token, story_of
from distribution.models import Delivery
from loans.models import Convention, SigningLink
from tests.cast import make_guardian
from tests.distribution.scene import DELIVERY_DAY, accepted, at, decided, families, opened, serve


BEFORE = date(2026, 9, 10)


@pytest.fixture
def convention(cast):
    """Alix's, signed."""
    [convention] = families(cast, cast.tilleuls, signed=1, expected=1 + 1)
    return convention


def page(client, token):
    return client.get(reverse("distribution:follow_up", args=[token]))


def titles(convention, on=BEFORE):
    return [(step.title, step.status) for step in story_of(convention, on).steps]


def test_before_any_date_the_family_knows_it_will_be_written_to(convention):
    assert titles(convention)[1] == ("La livraison", "current")
    assert next_delivery_for(convention.pupil, BEFORE) is None


def test_an_accepted_day_is_shown_as_unsure_until_the_gate(cast, convention):
    accepted(cast, cast.tilleuls)
    coming = next_delivery_for(convention.pupil, BEFORE)
    assert (coming.on, coming.is_sure) == (DELIVERY_DAY, False)
    assert "21 septembre 2026" in story_of(convention, BEFORE).steps[1].text


def test_a_day_only_proposed_is_not_promised(cast, convention):
    delivery = accepted(cast, cast.tilleuls)
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.PROPOSED)
    assert next_delivery_for(convention.pupil, BEFORE) is None


def test_the_laptop_in_hand_ends_the_story(cast):
    delivery = opened(cast, cast.tilleuls, signed=6)
    line = serve(cast, delivery.lines.first())
    convention = line.loan.convention
    story = story_of(convention, DELIVERY_DAY)
    assert [step.status for step in story.steps] == ["done", "done", "done"]
    assert line.loan.device.asset_tag in story.steps[-1].text


def test_an_absentee_sees_the_parcel(cast, convention):
    make_parcels(cast.tilleuls, [convention.pupil], date(2026, 10, 5), at=at(DELIVERY_DAY))
    coming = next_delivery_for(convention.pupil, DELIVERY_DAY)
    assert (coming.parcel.due_on, coming.delivery) == (date(2026, 10, 5), None)
    assert titles(convention)[1][0] == "Un colis au nom de votre enfant"


def test_after_the_schools_day_the_next_wave_is_announced(cast, convention):
    Delivery.objects.create(
        campaign=cast.campaign, school=cast.tilleuls, state=DeliveryState.CLOSED, on=DELIVERY_DAY
    )
    coming = next_delivery_for(convention.pupil, date(2026, 10, 30))
    assert (coming.on, coming.delivery, coming.parcel) == (date(2026, 11, 9), None, None)


def test_the_page_opens_by_our_link_and_not_by_the_signing_link(client, convention):
    response = page(client, follow_up_token(convention))
    assert convention.pupil.given_name in response.content.decode()
    token = new_token()
    SigningLink.objects.create(
        convention=convention,
        token_hash=token_digest(token),
        issued_at=at(BEFORE),
        expires_at=at(DELIVERY_DAY),
    )
    assert page(client, token).status_code == 410


def test_a_forged_or_dead_link_says_so_and_shows_nobody(client, convention):
    assert page(client, f"{convention.public_id}.forged").status_code == 410
    Convention.objects.update(state="terminated")
    response = page(client, follow_up_token(convention))
    assert response.status_code == 410
    assert convention.pupil.family_name not in response.content.decode()


def test_families_that_signed_are_written_to_when_the_day_is_confirmed(client, cast):
    first, *_others = families(cast, cast.tilleuls, signed=19, expected=20)
    make_guardian(first.pupil, "Farid", "farid@example.org")
    decided(cast, cast.tilleuls, signed=0, expected=20)
    message = Message.objects.get(kind="delivery_day", to_address="farid@example.org")
    assert first.pupil.full_name in message.body
    path = next(line for line in message.clear_body.splitlines() if "/suivi/" in line).split("/suivi/")[1]
    assert page(client, path.rstrip("/")).status_code == 200


def test_the_calendar_file_reads_as_rfc_5545_has_it(client, cast, convention):
    delivery = accepted(cast, cast.tilleuls)
    delivery.room = "Gymnase du bas, entrée par la cour ; demander l’accueil, puis suivre les flèches orange"
    raw = calendar_of(delivery, convention.pupil, at=at(BEFORE))
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    unfolded = raw.replace(b"\r\n ", b"").decode()
    assert "DTSTART;TZID=Europe/Paris:20260928T083000" in unfolded
    assert "DTEND;TZID=Europe/Paris:20260928T120000" in unfolded
    assert "LOCATION:Gymnase du bas\\, entrée par la cour \\; demander l’accueil\\, puis suivre" in unfolded
    assert "STATUS:TENTATIVE" in unfolded
    assert unfolded.count("BEGIN:") == unfolded.count("END:")


def test_the_calendar_file_is_served_only_while_a_day_is_set(client, cast, convention, delivery_day):
    address = reverse("distribution:calendar_file", args=[follow_up_token(convention)])
    assert client.get(address).status_code == 404
    accepted(cast, cast.tilleuls)
    response = client.get(address)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.content.startswith(b"BEGIN:VCALENDAR\r\n")
