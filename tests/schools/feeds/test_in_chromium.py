"""The pages of the ways in, walked by a region officer, wide and on a phone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from schools.models import FeedSource, FeedToken
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.kit.feed_services import KEY, SECRET, serving
from tests.permissions.enrolment_things import make_feed_token, make_unreadable_delivery


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def looks_right(opened):
    assert_accessible(opened)
    assert_no_sideways_scroll(opened)


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_an_officer_makes_a_token_copies_it_and_revokes_it(request, cast, screen):
    opened = request.getfixturevalue(screen)
    sign_in(opened, cast.sam)
    opened.goto("/flux/")
    expect(opened.get_by_text("Aucune machine n’envoie encore de fichiers")).to_be_visible()
    looks_right(opened)
    opened.get_by_label("Qui va le détenir ?").fill("Serveur du lycée")
    opened.get_by_label("Leurs numéros (UAI)").fill(cast.tilleuls.uai)
    opened.get_by_label("Dernier jour").fill((timezone.localdate() + timedelta(days=200)).isoformat())
    opened.get_by_role("button", name="Créer le jeton").click()
    expect(opened.get_by_label("Le jeton", exact=True)).to_have_value(re.compile("^cartable_"))
    looks_right(opened)
    opened.get_by_role("link", name="Je l’ai copié").click()
    opened.get_by_role("link", name="Serveur du lycée").click()
    looks_right(opened)
    opened.get_by_text("Révoquer le jeton").click()
    opened.get_by_role("button", name="Révoquer maintenant").click()
    expect(opened.get_by_text("révoqué").first).to_be_visible()
    assert FeedToken.objects.get().revoked_by == cast.sam


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_an_officer_writes_a_service_down_and_tries_it(request, cast, screen, settings):
    settings.FEEDS_MAY_BE_PLAIN = True
    opened = request.getfixturevalue(screen)
    sign_in(opened, cast.sam)
    with serving([]) as services:
        opened.goto("/flux/sources/")
        looks_right(opened)
        opened.get_by_role("link", name="Ajouter un service").first.click()
        opened.get_by_label("FREGATA").check()
        opened.get_by_label("tous les établissements").check()
        opened.get_by_label("Son adresse").fill(services.address)
        opened.get_by_label(re.compile("Notre identifiant")).fill(KEY)
        opened.get_by_label(re.compile("^Secret")).fill(SECRET)
        looks_right(opened)
        opened.get_by_role("button", name="Enregistrer").click()
        opened.get_by_role("button", name="Tester la connexion").click()
        expect(opened.get_by_text("n’a encore rien pour cet établissement")).to_be_visible()
    looks_right(opened)
    expect(opened.get_by_text("Elle répond, sans élèves")).to_be_visible()
    assert FeedSource.objects.get().tested_at


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_an_officer_looks_at_what_nobody_could_read(request, cast, screen):
    make_feed_token(cast)
    make_unreadable_delivery(cast)
    opened = request.getfixturevalue(screen)
    sign_in(opened, cast.sam)
    opened.goto("/flux/mis-de-cote/")
    looks_right(opened)
    opened.get_by_role("link", name="eleves.xml").click()
    looks_right(opened)
    opened.get_by_label("Qu’avez-vous fait ?").fill("Le lycée renvoie demain.")
    opened.get_by_role("button", name="Retirer de la liste").click()
    expect(opened.get_by_text("Rien n’est mis de côté")).to_be_visible()
