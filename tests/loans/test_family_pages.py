"""The family's pages: the check, the reading, the signature, the file (N3, invariants 3 and 10, trust A)."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import Message
from loans.enums import ConventionState
from loans.lending import lend_device
from loans.mailing import send_due_conventions
from loans.models import Convention, ConventionText, Signature, SigningLink
from loans.proof.sealing import store_missing_documents
from tests.loans.conftest import PARIS
from tests.loans.factories import DeviceFactory
from tests.schools.factories import EnrolmentFactory


SENT_AT = datetime(2026, 8, 28, 9, tzinfo=PARIS)
BORN = {"day": "14", "month": "3", "year": "2011"}


@pytest.fixture
def links(campaign):
    """The addresses sent to the two guardians of one pupil."""
    EnrolmentFactory(campaign=campaign, guardians=2)
    send_due_conventions(campaign=campaign, on=SENT_AT.date(), at=SENT_AT)
    SigningLink.objects.update(expires_at=timezone.now() + timedelta(days=60))
    return [re.search(r"/signer/\S+", message.clear_body)[0] for message in Message.objects.order_by("pk")]


def opened(link):
    """A phone that gave the right date of birth."""
    phone = Client()
    phone.get(link)
    phone.post(reverse("loans:family_check"), BORN)
    return phone


def sign(phone, **fields):
    sha = ConventionText.objects.latest("pk").sha256
    return phone.post(reverse("loans:family_sign"), {"accept": "on", "text_sha256": sha} | fields)


def text_of(response):
    return response.content.decode()


def test_the_secret_leaves_the_address_at_once(client, links):
    response = client.get(links[0])
    assert response.url == "/signer/"
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "strict-origin"
    assert SigningLink.objects.exclude(seen_at=None).count() == 1


def test_nothing_is_shown_before_the_date_of_birth(client, links):
    page = text_of(client.get(links[0], follow=True))
    assert "Quelle est la date de naissance de l’élève, <bdi>Alix</bdi>" in page
    assert "Parent" not in page
    assert client.get(reverse("loans:family_document")).url == "/signer/"


@pytest.mark.parametrize("born", [{}, {"day": "31", "month": "2", "year": "2011"}, BORN | {"year": "2010"}])
def test_a_wrong_date_says_what_to_do(client, links, born):
    client.get(links[0])
    response = client.post(reverse("loans:family_check"), born)
    assert response.status_code == 422
    assert "Il faut corriger quelque chose" in text_of(response) or "error-summary" in text_of(response)


def test_a_family_reads_signs_and_finds_its_file(links):
    phone = opened(links[0])
    page = text_of(phone.get("/signer/"))
    assert page.count("<li><svg") == 7
    assert "Article 1 – Objet" in page
    assert len(page) < 60_000
    response = sign(phone)
    assert response.url == "/mon-ordinateur/?signe=1"
    confirmation = text_of(phone.get(response.url))
    assert Convention.objects.get().reference in confirmation
    assert Signature.objects.get().ip_address == "127.0.0.1"


def test_signing_without_the_box_says_so_and_signs_nothing(links):
    phone = opened(links[0])
    response = sign(phone, accept="")
    assert response.status_code == 422
    assert "Cochez la case" in text_of(response)
    assert not Signature.objects.exists()


def test_a_double_touch_is_one_signature(links):
    phone = opened(links[0])
    assert sign(phone).url == sign(phone).url
    assert Signature.objects.count() == 1


def test_the_second_guardian_learns_it_is_signed_and_no_more(links):
    """Invariant 10: neither name, nor address, nor document of the other; only initials."""
    first, second = Signature.objects, opened(links[1])
    sign(opened(links[0]))
    response = sign(second)
    assert response.status_code == 409
    page = text_of(second.get("/signer/", follow=True))
    assert "Une autre personne qui peut signer l’a fait" in page
    assert first.get().signer_name not in page
    assert second.get(reverse("loans:family_document")).status_code == 404


def test_a_text_changed_meanwhile_is_read_again(links):
    """Trust 12."""
    phone = opened(links[0])
    assert sign(phone, text_sha256="f" * 64).status_code == 409
    assert not Signature.objects.exists()


def test_the_signed_document_is_the_very_bytes_kept(links):
    phone = opened(links[0])
    sign(phone)
    assert phone.get(reverse("loans:family_document")).status_code == 202
    store_missing_documents(at=SENT_AT)
    response = phone.get(reverse("loans:family_document"))
    assert response.content == Signature.objects.get().document.read_bytes()
    assert "attachment" in response["Content-Disposition"]


def test_a_family_refuses_then_changes_its_mind(links):
    phone = opened(links[0])
    phone.post(reverse("loans:family_refuse"), {"reason": "Déjà équipés"})
    assert Convention.objects.get().state == ConventionState.REFUSED
    assert "Votre refus est noté" in text_of(phone.get("/signer/"))
    assert "Je signe" in text_of(phone.get(reverse("loans:family_sign_after_all")))
    assert sign(phone).status_code == 302


def test_a_family_sees_its_laptop_with_a_masked_serial(links):
    phone = opened(links[0])
    sign(phone)
    convention = Convention.objects.get()
    device = DeviceFactory(serial="SECRET4821")
    lend_device(
        pupil=convention.pupil,
        convention=convention,
        device=device,
        by=None,
        on=date(2026, 9, 15),
        at=SENT_AT,
    )
    page = text_of(phone.get("/signer/", follow=True))
    assert "••••4821" in page
    assert "SECRET4821" not in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"revoked_at": SENT_AT}, "Un lien plus récent"),
        ({"expires_at": SENT_AT}, "trop ancien"),
        ({"wrong_birth_dates_count": 5}, "bloqué"),
    ],
)
def test_a_closed_link_explains_itself(client, links, fields, words):
    SigningLink.objects.update(**fields)
    response = client.get(links[0], follow=True)
    assert response.status_code == 410
    assert words in text_of(response)
    assert "01 99 00 10 01" in text_of(response)


def test_an_unknown_link_and_a_forged_cookie_open_nothing(client, links):
    assert client.get("/signer/nimporte-quoi/").status_code == 404
    client.cookies["cartable_lien"] = "eyJsaW5rIjoxfQ:1abc:faux"
    assert client.get("/signer/").status_code == 403
