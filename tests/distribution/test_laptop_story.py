"""The laptop's story behind the family's own link: signed, planned, in hand, repaired, given back (X5)."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from core.tokens import new_token, token_digest
from distribution.follow_up import story_of
from loans.enums import LoanEnd, LoanState
from loans.models import Convention, SigningLink
from tests.distribution.scene import DELIVERY_DAY, accepted, at, families, opened, serve


BEFORE = date(2026, 9, 10)


@pytest.fixture
def convention(cast):
    """Alix's, signed."""
    [convention] = families(cast, cast.tilleuls, signed=1, expected=1 + 1)
    return convention


@pytest.fixture
def loan(cast):
    return serve(cast, opened(cast, cast.tilleuls, signed=6).lines.first()).loan


def phone_of(convention, **headers):
    """A phone that opened the family's link and gave the date of birth."""
    token, phone = new_token(), Client(headers=headers)
    SigningLink.objects.create(
        convention=convention,
        token_hash=token_digest(token),
        issued_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=60),
    )
    phone.get(reverse("loans:open_link", args=[token]))
    born = convention.pupil.birth_on
    figures = {"day": born.day, "month": born.month, "year": born.year}
    phone.post(reverse("loans:family_check"), figures)
    return phone


def told(loan):
    story = story_of(Convention.objects.get(pk=loan.convention_id), DELIVERY_DAY)
    return [(step.title, step.status) for step in story.steps[2:]]


def test_a_signed_convention_leads_to_the_day_the_laptop_comes(cast, convention, delivery_day):
    accepted(cast, cast.tilleuls)
    phone = phone_of(convention)
    page = phone.get("/signer/", follow=True).content.decode()
    assert "Lundi 28 septembre 2026".lower() in page.lower()
    assert "À confirmer le 21 septembre 2026" in page
    [path] = {part.split('"')[0] for part in page.split('href="') if "livraison.ics" in part.split('"')[0]}
    calendar = phone.get(path)
    assert calendar.content.startswith(b"BEGIN:VCALENDAR\r\n")


def test_the_story_is_told_in_the_familys_language(cast, convention, delivery_day):
    accepted(cast, cast.tilleuls)
    phone = phone_of(convention, accept_language="ar")
    page = phone.get("/mon-ordinateur/").content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert "الاثنين، 28 سبتمبر 2026" in page
    path = next(part.split('"')[0] for part in page.split('href="') if "livraison.ics" in part.split('"')[0])
    unfolded = phone.get(path).content.replace(b"\r\n ", b"").decode()
    assert f"SUMMARY:حاسوب {convention.pupil.given_name} في المدرسة" in unfolded


def test_a_stranger_and_an_unsigned_family_see_no_story(client, cast, convention):
    assert client.get("/mon-ordinateur/").status_code == 403
    Convention.objects.filter(pk=convention.pk).update(state="sent", signed_on=None, signature_method=None)
    convention.refresh_from_db()
    assert phone_of(convention).get("/mon-ordinateur/").url == "/signer/"


def test_repair_and_return_are_steps_with_their_days(loan):
    assert told(loan) == [("L’ordinateur en main", "done")]
    loan.move_to(LoanState.IN_REPAIR, by=None, at=at(date(2026, 11, 2)))
    assert told(loan)[-1] == ("En réparation", "current")
    loan.move_to(LoanState.ACTIVE, by=None, at=at(date(2026, 11, 12)))
    assert told(loan)[-2:] == [("En réparation", "done"), ("Revenu de réparation", "done")]
    loan.move_to(LoanState.RETURN_DUE, by=None, at=at(date(2027, 6, 1)), due_on=date(2027, 6, 30))
    story = story_of(Convention.objects.get(pk=loan.convention_id), DELIVERY_DAY)
    assert "30 juin 2027" in story.steps[-1].text
    end = {"ended_on": date(2027, 6, 20), "end_reason": LoanEnd.RETURNED}
    loan.move_to(LoanState.CLOSED, by=None, at=at(date(2027, 6, 20)), **end)
    assert told(loan)[-1] == ("Rendu", "done")


def test_a_laptop_handed_over_by_mistake_is_not_told(loan):
    end = {"ended_on": DELIVERY_DAY, "end_reason": LoanEnd.UNDONE}
    loan.move_to(LoanState.CLOSED, by=None, at=at(DELIVERY_DAY, 11), **end)
    assert ("L’ordinateur en main", "done") not in told(loan)


def test_a_serial_is_masked_whatever_the_language(loan):
    for code in ("fr", "fa"):
        with translation.override(code):
            text = story_of(Convention.objects.get(pk=loan.convention_id), DELIVERY_DAY).steps[2].text
        assert loan.device.masked_serial in text
        assert loan.device.serial not in text
