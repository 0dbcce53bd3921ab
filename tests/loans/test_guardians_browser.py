"""Two guardians of one pupil, each with a phone: the other signs, all sign, one objects (P2, trust 14)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from core.models import Message
from loans.enums import ConventionState
from loans.mailing import send_due_conventions
from loans.models import Convention, SigningLink
from schools.enums import GuardianLevel
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.loans.test_mailing import MAILING, at
from tests.schools.factories import EnrolmentFactory, GuardianshipFactory, SchoolStaffFactory, UserFactory
from tests.trust.links import ask_codes, code_received


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def links_of(campaign, **fields):
    """The addresses sent to the two guardians of one pupil."""
    EnrolmentFactory(campaign=campaign, guardians=2, **fields)
    send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))
    SigningLink.objects.update(expires_at=timezone.now() + timedelta(days=60))
    return [re.search(r"/signer/\S+", message.clear_body)[0] for message in Message.objects.order_by("pk")]


def enter(phone, link):
    phone.goto(link)
    for label, figures in [("Jour", "14"), ("Mois", "3"), ("Année", "2011")]:
        phone.get_by_label(label).fill(figures)
    phone.get_by_role("button", name="Continuer").click()
    phone.get_by_role("heading", level=1).wait_for()


def check(screen):
    assert_accessible(screen)
    assert_no_sideways_scroll(screen)


def heading(screen, words):
    screen.get_by_role("heading", name=words).first.wait_for()
    check(screen)


def test_one_leaves_it_to_the_other_and_may_come_back(phone, campaign):
    enter(phone, links_of(campaign)[0])
    check(phone)
    phone.get_by_role("link", name="L’autre parent signe").click()
    heading(phone, "L’autre parent signe")
    phone.get_by_role("button", name="Oui, l’autre parent signe").click()
    phone.get_by_text("vous avez laissé l’autre représentant légal signer").wait_for()
    check(phone)
    phone.get_by_role("link", name="Je signe finalement").click()
    phone.get_by_role("button", name="Je signe").wait_for()


def test_all_sign_and_each_sees_what_is_awaited(phone, vote):
    first, second = links_of(vote("signer.minor", "both"))
    enter(phone, first)
    phone.get_by_label("J’ai lu la convention").check()
    phone.get_by_role("button", name="Je signe").click()
    phone.get_by_text("L’autre représentant légal signe").wait_for()
    check(phone)
    enter(phone, second)
    phone.get_by_text("Déjà signée par Mme D. P.").wait_for()
    check(phone)
    phone.get_by_label("J’ai lu la convention").check()
    phone.get_by_role("button", name="Je signe").click()
    heading(phone, "C’est signé")
    assert Convention.objects.get().state == ConventionState.SIGNED


@pytest.mark.trust(14)
def test_one_objects_and_the_school_lifts_it(phone, page, campaign):
    head = SchoolStaffFactory()
    first, second = links_of(campaign, school=head.school)
    enter(phone, second)
    phone.get_by_role("link", name="Je m’oppose à la signature de l’autre parent").click()
    heading(phone, "Vous vous opposez")
    phone.get_by_label("Pourquoi vous opposez-vous").fill("Je n’ai pas été consulté.")
    phone.get_by_role("button", name="Je m’oppose").click()
    heading(phone, "Votre opposition est notée")
    enter(phone, first)
    heading(phone, "Le prêt est en attente")
    sign_in(page, head.user)
    convention = Convention.objects.get()
    page.goto(reverse("loans:convention", args=[convention.public_id]))
    check(page)
    page.get_by_text("Lever l’opposition").click()
    page.get_by_label("Pourquoi est-elle levée").fill("Les parents ont écrit ensemble.")
    page.get_by_role("button", name="Lever", exact=True).click()
    page.get_by_text("la convention est de nouveau là où elle en était").wait_for()
    convention.refresh_from_db()
    assert convention.state == ConventionState.SENT


def test_the_desk_of_a_child_entrusted_to_others(page, campaign):
    head = SchoolStaffFactory()
    enrolment = EnrolmentFactory(campaign=campaign, school=head.school, guardians=1)
    GuardianshipFactory(pupil=enrolment.pupil, level=GuardianLevel.IN_CHARGE, kinship="51", rank=2)
    send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))
    sign_in(page, head.user)
    page.goto(reverse("loans:convention_desk", args=[Convention.objects.get().public_id]))
    check(page)
    page.get_by_label("à qui l’enfant est confié").check()
    page.get_by_label("l’agent connaît").or_(page.get_by_label("L’agent connaît")).check()
    page.get_by_label("J’ai lu la convention").check()
    page.get_by_role("button", name="Je signe").click()
    page.get_by_text("Écrivez la référence de la décision").wait_for()


def give_code(phone):
    """The code page, walked: the six figures of the e-mail that just left."""
    check(phone)
    phone.locator("[name=digits]").fill(code_received())
    phone.get_by_role("button", name="Continuer").click()
    phone.get_by_role("button", name="Je signe").wait_for()


@pytest.mark.trust(10)
def test_all_sign_each_with_a_code_on_a_small_screen(phone, vote):
    campaign = vote("signer.minor", "both")
    ask_codes(campaign)
    first, second = links_of(campaign)
    for link, seen in [(first, "L’autre représentant légal signe"), (second, "C’est signé")]:
        enter(phone, link)
        give_code(phone)
        check(phone)
        phone.get_by_label("J’ai lu la convention").check()
        phone.get_by_role("button", name="Je signe").click()
        phone.get_by_text(seen).first.wait_for()
        check(phone)
    assert Convention.objects.get().state == ConventionState.SIGNED


def test_the_sheet_of_a_code_prints_without_the_menu_even_on_its_side(page, campaign):
    ask_codes(campaign)
    links_of(campaign)
    sign_in(page, UserFactory(role=Role.HELPDESK))
    page.goto(reverse("loans:convention", args=[Convention.objects.get().public_id]))
    page.get_by_role("button", name="Un code pour").first.click()
    page.get_by_role("button", name="Imprimer").wait_for()
    assert_accessible(page)
    page.emulate_media(media="print")  # 1280 pixels: wider than a sheet on its side
    assert page.get_by_role("button", name="Imprimer").count() == 0
    assert page.locator("main").bounding_box()["x"] == 0
    assert page.locator(".handed-code").is_visible()
