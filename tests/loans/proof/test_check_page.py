"""Anybody checks the file they hold: its digest says whether it is the one signed, and nothing more is said."""

import hashlib

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.models import Seal, StoredFile
from loans.proof.checking import initials
from loans.proof.sealing import store_signed_document
from loans.proof.upgrading import upgrade_seals
from tests.kit.browser import assert_accessible
from tests.loans.proof.conftest import SEALED_AT


ADDRESS = "/verifier/"


@pytest.fixture(autouse=True)
def uncounted():
    cache.clear()


@pytest.fixture
def document(signature):
    return store_signed_document(signature.convention_id, at=SEALED_AT)


def check(client, **fields):
    return client.post(ADDRESS, fields)


def test_the_digest_of_the_sealed_copy_is_recognised(client, document, signature):
    answer = check(client, sha256=f" {document.sha256.upper()} ").content.decode()
    assert "Ce document est celui signé le mercredi 2 septembre 2026 à 18" in answer
    assert initials(signature.signer_name) in answer
    assert "PAdES B-B" in answer


def test_no_name_address_or_reference_is_said(client, document, signature):
    answer = check(client, sha256=document.sha256).content.decode()
    pupil = signature.convention.pupil
    for secret in (signature.guardian.family_name, pupil.family_name, pupil.given_name, "@example"):
        assert secret not in answer
    assert signature.convention.reference not in answer


def test_without_scripts_the_file_is_read_and_not_kept(client, document):
    before = StoredFile.objects.count()
    held = SimpleUploadedFile("convention.pdf", document.read_bytes(), "application/pdf")
    assert "celui signé le" in check(client, file=held).content.decode()
    altered = SimpleUploadedFile("convention.pdf", document.read_bytes() + b"\n", "application/pdf")
    assert "Nous ne connaissons pas ce document" in check(client, file=altered).content.decode()
    assert StoredFile.objects.count() == before


def test_both_copies_are_recognised_once_the_time_came(client, signature, clock):
    clock.mood = "refusing"
    first = store_signed_document(signature.convention_id, at=SEALED_AT)
    clock.mood = "well"
    upgrade_seals(at=SEALED_AT)
    for sha256 in (first.sha256, Seal.objects.get().best.sha256):
        assert "PAdES B-T" in check(client, sha256=sha256).content.decode()


@pytest.mark.parametrize(
    ("fields", "said"), [({}, "Choisissez le PDF"), ({"sha256": "12ab"}, "64 caractères")]
)
def test_nonsense_is_answered_with_what_to_do(client, db, fields, said):
    response = check(client, **fields)
    assert (response.status_code, said in response.content.decode()) == (422, True)


def test_other_files_of_ours_are_not_told(client, document, stored):
    proof = StoredFile.objects.get(kind="proof")
    for file in (proof, stored):
        assert "Nous ne connaissons pas ce document" in check(client, sha256=file.sha256).content.decode()


def test_thirty_checks_in_ten_minutes_then_patience(client, db):
    codes = [
        check(client, sha256=hashlib.sha256(bytes([rank])).hexdigest()).status_code for rank in range(31)
    ]
    assert codes == [200] * 30 + [429]


def test_the_document_leads_to_the_page_by_its_code(document, signature, settings):
    import pypdfium2
    import zxingcpp

    pages = [page.render(scale=3).to_pil() for page in pypdfium2.PdfDocument(document.read_bytes())]
    found = [code.text for page in pages for code in zxingcpp.read_barcodes(page)]
    assert found == [
        f"{settings.SITE_URL}{reverse('loans:check_document')}?n={signature.convention.reference}"
    ]


@pytest.mark.django_db(transaction=True)
def test_in_the_browser_the_file_never_leaves(phone, document, tmp_path):
    held = tmp_path / "convention.pdf"
    held.write_bytes(document.read_bytes())
    sent = []
    phone.on("request", lambda request: sent.append(request.post_data_buffer or b""))
    phone.goto(ADDRESS)
    assert_accessible(phone)
    phone.get_by_label("Le PDF que vous avez reçu").set_input_files(held)
    phone.get_by_role("button", name="Vérifier").click()
    phone.get_by_role("heading", name="Ce document est celui signé le").wait_for()
    assert_accessible(phone)
    assert document.sha256.encode() in b"".join(sent)
    assert b"%PDF-" not in b"".join(sent)
