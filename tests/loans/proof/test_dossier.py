"""« Dossier de preuve »: the region, the school and the signer read what the file says, each what is theirs."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from core.anchors import anchor_evidence
from core.pdf_copies import page_texts
from loans.links import check_birth_date
from loans.models import Proof
from loans.proof.sealing import PROOF_NAME, store_signed_document
from tests.kit.browser import assert_accessible, sign_in
from tests.loans.proof.conftest import OPENED_AT, SEALED_AT
from tests.schools.factories import UserFactory


@pytest.fixture
def document(signature):
    return store_signed_document(signature.convention_id, at=SEALED_AT)


@pytest.fixture
def address(document, signature):
    return reverse("loans:convention_proof", args=[signature.convention.public_id])


def staff(role):
    client = Client()
    client.force_login(UserFactory(role=role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_region_reads_who_how_when_and_the_chain(address, signature, links):
    answer = staff(Role.REGION).get(address).content.decode()
    for said in (signature.signer_name, "et date de naissance de l’élève", "PAdES B-B", links[0].sent_to):
        assert said in answer
    assert answer.count("proof-rank") == 6
    assert "<strong>Signée</strong>" in answer
    assert "Common Name" not in answer
    assert "queued as 4bCd" in answer


def test_the_anchor_is_named_once_an_authority_saw_the_chain(address, clock):
    assert "Une autorité extérieure" not in staff(Role.REGION).get(address).content.decode()
    anchor_evidence(at=SEALED_AT)
    assert "Une autorité extérieure a vu cette chaîne" in staff(Role.REGION).get(address).content.decode()


def test_the_file_downloaded_is_the_one_kept(address):
    assert staff(Role.REGION).get(f"{address}json/").content == Proof.objects.get().file.read_bytes()


def test_before_the_seal_the_page_says_what_it_waits_for(signature):
    address = reverse("loans:convention_proof", args=[signature.convention.public_id])
    assert "Pas encore scellé" in staff(Role.REGION).get(address).content.decode()
    assert staff(Role.REGION).get(f"{address}json/").status_code == 404


def test_the_supplier_reads_the_document_without_the_addresses_of_its_proof_file(
    document, address, signature
):
    file = reverse("loans:convention_document", args=[signature.convention.public_id])
    supplier, region = (staff(role).get(file).content for role in (Role.SUPPLIER, Role.REGION))
    assert region == document.read_bytes()
    assert PROOF_NAME.encode() not in supplier
    assert page_texts(supplier) == page_texts(region)
    assert staff(Role.SUPPLIER).get(address).status_code == 403


def opened(link):
    """A browser holding that link, its date of birth checked."""
    from loans.views.family.entering import COOKIE, SALT, signing

    check_birth_date(link=link, birth_on=link.convention.pupil.birth_on, at=OPENED_AT)
    client = Client()
    client.cookies[COOKIE] = signing.dumps({"link": link.pk, "checked": True}, salt=SALT)
    return client


def test_the_signer_reads_their_own_and_the_other_guardian_nothing(document, links):
    address = reverse("loans:family_proof")
    assert "Preuve de votre signature" in opened(links[0]).get(address).content.decode()
    assert opened(links[1]).get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", ["page", "phone"])
def test_the_page_reads_well_for_everybody(request, size, signature):
    store_signed_document(signature.convention_id, at=SEALED_AT)
    browser = request.getfixturevalue(size)
    sign_in(browser, UserFactory(role=Role.REGION))
    browser.goto(reverse("loans:convention_proof", args=[signature.convention.public_id]))
    assert_accessible(browser)
