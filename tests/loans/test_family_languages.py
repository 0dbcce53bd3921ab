"""A family reads in its language; only French commits, and the proof says what was read (X2, issue 4 §4)."""

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone, translation

from core.languages import LANGUAGES
from core.models import EvidenceEvent, Message
from loans.essentials import essentials
from loans.mailing import send_due_conventions
from loans.models import ConventionText, Signature, SigningLink
from loans.reading import invitations, offered_languages, reading_language
from programmes.presets import preset
from tests.loans.conftest import PARIS
from tests.schools.factories import EnrolmentFactory


SENT_AT = datetime(2026, 8, 28, 9, tzinfo=PARIS)
BORN = {"day": "14", "month": "3", "year": "2011"}


@pytest.fixture
def link(campaign):
    EnrolmentFactory(campaign=campaign)
    send_due_conventions(campaign=campaign, on=SENT_AT.date(), at=SENT_AT)
    SigningLink.objects.update(expires_at=timezone.now() + timedelta(days=60))
    return re.search(r"/signer/\S+", Message.objects.get().clear_body)[0]


def page(client, path="/signer/", **headers):
    return client.get(path, headers=headers).content.decode()


def sentences(code, **changes):
    rules = preset("normandie").rules_for(2026)
    with translation.override(code):
        return {point.icon: point.sentence for point in essentials(changed(rules, **changes), "Région Demo")}


def changed(rules, **sections):
    return rules.model_copy(
        update={name: getattr(rules, name).model_copy(update=values) for name, values in sections.items()}
    )


def test_the_page_speaks_the_phones_language_then_the_one_picked(client, link):
    client.get(link)
    first = page(client, accept_language="ar-MA,ar;q=0.9,fr;q=0.5")
    assert '<html lang="ar" dir="rtl">' in first
    assert "<bdi>Alix</bdi>" in first
    assert '<html lang="tr" dir="ltr">' in page(client, "/signer/?langue=tr", accept_language="ar")
    assert '<html lang="tr" dir="ltr">' in page(client, accept_language="ar")
    assert '<html lang="fr" dir="ltr">' in page(client, "/signer/?langue=fr")


def test_every_language_is_offered_by_its_own_name_and_direction(client, link):
    client.get(link)
    shown = page(client)
    for language in LANGUAGES.values():
        assert f'lang="{language.tag}" hreflang="{language.tag}" dir="{language.direction}"' in shown
        assert f">{language.name}</a>" in shown


def test_a_language_nobody_offers_is_french(client, link):
    client.get(link)
    assert '<html lang="fr"' in page(client, "/signer/?langue=xx", accept_language="de, ja;q=0.5")


def test_a_region_picks_its_languages_and_french_stays():
    rules = preset("normandie").rules_for(2026)
    few = changed(rules, signature={"languages": ("ar", "en")}).signature
    offered = offered_languages(few)
    assert [language.code for language in offered] == ["fr", "en", "ar"]
    assert reading_language(offered, asked="ru", accepted="ru, en;q=0.5").code == "en"
    assert len(offered_languages(rules.signature)) == 12


def test_only_the_french_sentence_is_the_consent_and_the_chain_says_what_was_read(client, link):
    client.get(link)
    client.get("/signer/?langue=uk")
    client.post("/signer/verification/", BORN)
    shown = page(client)
    assert "J’ai lu la convention de prêt et je l’accepte." in shown
    assert "Договором є лише французький текст" in shown
    fields = {"accept": "on", "text_sha256": ConventionText.objects.latest("pk").sha256}
    client.post("/signer/je-signe/", fields)
    assert Signature.objects.get().consent == "J’ai lu la convention de prêt et je l’accepte."
    assert EvidenceEvent.objects.get(action="signed").payload["language"] == "uk"


def test_a_refusal_of_the_form_is_in_the_language_too(client, link):
    client.get(link)
    client.get("/signer/?langue=es")
    answer = client.post("/signer/verification/", BORN | {"year": "2010"})
    assert answer.status_code == 422
    assert "No es la fecha de nacimiento" in answer.content.decode()


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "مرة واحدة"),
        (2, "مرتين"),
        (5, "5 مرات"),
        (11, "11 مرة"),
    ],
)
def test_arabic_counts_as_arabic_does(count, words):
    assert words in sentences("ar", repair={"free_repairs": count})["tools"]


@pytest.mark.parametrize(("count", "words"), [(1, "1 раз."), (3, "3 раза."), (5, "5 раз."), (21, "21 раз.")])
def test_russian_counts_as_russian_does(count, words):
    assert words in sentences("ru", repair={"free_repairs": count})["tools"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_days_and_amounts_of_the_rules_are_in_every_summary(code):
    figures = LANGUAGES[code].figures
    said = sentences(code, return_={"bill_after_days": 77}, departure={"days_to_return": 13})
    assert figures(77) in said["cash-coin"]
    assert figures(450) in said["cash-coin"]
    assert figures(13) in said["arrow-return-left"]
    assert figures(30) in said["shield-check"]


def test_no_sentence_of_a_summary_is_left_in_french():
    french = sentences("fr")
    for code in LANGUAGES.keys() - {"fr"}:
        same = [icon for icon, sentence in sentences(code).items() if sentence == french[icon]]
        assert not same, (code, same)


def test_the_first_message_invites_in_every_language():
    lines = invitations(preset("normandie").rules_for(2026).signature)
    assert len(lines) == 11
    assert "Open this link to read and sign with a summary in English." in lines
    assert "ብትግርኛ ጽማቝ ንምንባብን ንምፍራምን እዚ ሊንክ ክፈቱ።" in lines


def test_a_page_travels_compressed(client, link):
    client.get(link)
    assert client.get("/signer/", headers={"accept-encoding": "gzip"})["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/signer/")
