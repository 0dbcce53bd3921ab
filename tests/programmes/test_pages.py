"""The voted rules can be read, with their sources and their history, by those who apply them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from programmes.campaigns import open_campaign
from programmes.ruling import adopt_rules, vote_rules
from tests.programmes.conftest import OPENED_ON


READERS = [Role.REGION, Role.SUPPLIER, Role.HELPDESK, Role.SCHOOL]


@pytest.fixture
def officer(db, client):
    user = User.objects.create_user("region@example.org", role=Role.REGION)
    client.force_login(user)
    return client


def page(client, slug="normandie-2026") -> str:
    response = client.get(reverse("programmes:campaign_rules", args=[slug]))
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def vote_80_percent(campaign, document):
    document["gate"]["threshold"] = "0.80"
    return vote_rules(
        programme=campaign.programme, document=document, note="Délibération de septembre", by=None,
        on=date(2026, 9, 1),
    )  # fmt: skip


@pytest.mark.parametrize("role", Role.values)
def test_those_who_apply_the_rules_read_them(client, campaign, role):
    client.force_login(User.objects.create_user(f"{role}@example.org", role=role))
    expected = 200 if role in READERS else 403
    for url in ("/regles/", "/regles/normandie-2026/", "/regles/normandie-2026/version-1/"):
        assert client.get(url).status_code == expected


def test_a_stranger_signs_in_first(client, campaign):
    assert client.get("/regles/normandie-2026/").status_code == 302


def test_unknown_campaigns_and_versions_are_not_found(officer, campaign):
    assert officer.get("/regles/atlantide-2026/").status_code == 404
    assert officer.get("/regles/normandie-2026/version-9/").status_code == 404


def test_with_no_campaign_the_list_says_what_to_do(officer):
    assert "open_campaign normandie 2026" in officer.get("/regles/").content.decode()


def test_values_are_in_words_with_their_source(officer, campaign):
    text = page(officer)
    assert 'id="gate.threshold"' in text
    for words in (
        "85 %", "une seule fois", "5 jours ouvrés", "du lundi au vendredi", "Seconde professionnelle",
        "6 novembre 2026", "5, 10 et 20 jours", "1er juin", "pas encore voté", "450 €",
        "étape 3 : « égal ou supérieur à 85 % »",
    ):  # fmt: skip
        assert words in text, words


def test_what_nobody_voted_is_marked(officer, campaign):
    text = page(officer)
    assert "valeurs attendent une décision" in text
    assert "à confirmer" in text


def test_each_version_tells_what_it_changed_and_can_be_read(officer, campaign, document):
    vote_80_percent(campaign, document)
    text = page(officer)
    assert "Délibération de septembre" in text
    assert "85 % → 80 %" in text
    old = officer.get(reverse("programmes:rules_version", args=["normandie-2026", 2])).content.decode()
    assert "Vous lisez une autre version" in old


def test_the_page_follows_the_version_adopted(officer, campaign, document):
    rules = vote_80_percent(campaign, document)
    adopt_rules(campaign=campaign, rules=rules, by=None, on=date(2026, 9, 1))
    assert "version 2 des règles" in page(officer)


def test_reading_costs_the_same_with_one_campaign_or_four(officer, campaign, django_assert_num_queries):
    with CaptureQueriesContext(connection) as one:
        officer.get("/regles/")
    for preset in ("occitanie", "ile_de_france", "sarthe"):
        open_campaign(preset=preset, year=2026, by=None, on=OPENED_ON)
    with django_assert_num_queries(len(one)):
        officer.get("/regles/")
