"""A parent signs on a 360-pixel screen (N3): under ten taps, readable by everybody."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import Message
from loans.enums import ConventionState
from loans.mailing import send_due_conventions
from loans.models import Convention, SigningLink
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll
from tests.loans.test_mailing import MAILING, at
from tests.schools.factories import EnrolmentFactory


pytestmark = pytest.mark.browser


@pytest.fixture
def link(transactional_db, campaign):
    EnrolmentFactory(campaign=campaign)
    send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))
    SigningLink.objects.update(expires_at=timezone.now() + timedelta(days=60))
    return re.search(r"/signer/\S+", Message.objects.get().clear_body)[0]


class Finger:
    """Touches a phone and counts."""

    def __init__(self, phone):
        self.phone, self.taps = phone, 0

    def tap(self, place):
        self.taps += 1
        place.tap()


def check(phone):
    assert_accessible(phone)
    assert_no_sideways_scroll(phone)


def test_a_parent_signs_on_a_phone_in_under_ten_taps(phone, link):
    finger = Finger(phone)
    phone.goto(link)
    check(phone)
    for label, figures in [("Jour", "14"), ("Mois", "3"), ("Année", "2011")]:
        finger.tap(phone.get_by_label(label))
        phone.keyboard.type(figures)
    finger.tap(phone.get_by_role("button", name="Continuer"))
    phone.get_by_role("button", name="Je signe").wait_for()
    check(phone)
    finger.tap(phone.get_by_text("Lire toute la convention"))
    check(phone)
    finger.tap(phone.get_by_label("J’ai lu la convention"))
    finger.tap(phone.get_by_role("button", name="Je signe"))
    phone.get_by_role("heading", name="C’est signé").wait_for()
    check(phone)
    assert finger.taps < 10
    assert Convention.objects.get().state == ConventionState.SIGNED


def test_a_parent_refuses_by_keyboard(page, link):
    page.goto(link)
    page.get_by_label("Jour").focus()
    for figures in ("14", "3", "2011"):
        page.keyboard.type(figures)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Je ne souhaite pas de prêt").press("Enter")
    page.get_by_role("button", name="Je refuse l’ordinateur").wait_for()
    check(page)
    page.get_by_label("Pourquoi ne voulez-vous pas").fill("Déjà équipés")
    page.get_by_role("button", name="Je refuse l’ordinateur").press("Enter")
    page.get_by_role("heading", name="Votre refus est noté").wait_for()
    check(page)
    assert Convention.objects.get().state == ConventionState.REFUSED


def test_a_page_left_alone_signs_nothing(phone, link):
    """Trust 2: scripts run, nobody touches anything."""
    phone.goto(link)
    phone.wait_for_load_state("networkidle")
    assert Convention.objects.get().state == ConventionState.SENT
    assert phone.locator("script").count() == 0
