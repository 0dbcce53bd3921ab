"""The page of the single-use code, between the date of birth and the convention."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from loans.models import Convention, ConventionText, Signature, SigningLink
from tests.schools.factories import EnrolmentFactory, UserFactory
from tests.trust.links import addresses, ask_codes, checked, code_received, keep_open, mailed_links


CODE = "/signer/code/"


@pytest.fixture
def address(campaign):
    ask_codes(campaign)
    EnrolmentFactory(campaign=campaign)
    mailed_links(campaign)
    keep_open()
    return addresses()[0]


def page(phone, at=CODE):
    return phone.get(at, follow=True).content.decode()


def sign(phone):
    sha = ConventionText.objects.latest("pk").sha256
    return phone.post(reverse("loans:family_sign"), {"accept": "on", "text_sha256": sha})


def give(phone, digits):
    return phone.post(CODE, {"digits": digits})


def test_the_code_leaves_with_the_date_of_birth_and_opens_the_convention(address):
    phone = checked(address)
    said = page(phone, "/signer/")
    assert "•••@" in said
    assert 'autocomplete="one-time-code"' in said
    assert 'inputmode="numeric"' in said
    digits = code_received()
    assert give(phone, f" {digits[:3]} {digits[3:]} ").url == "/signer/"
    assert "Je signe" in page(phone, "/signer/")
    assert sign(phone).status_code == 302
    assert Signature.objects.exists()


def test_nothing_is_read_nor_signed_without_the_code(address):
    phone = checked(address)
    assert phone.get("/signer/").url == CODE
    assert phone.get(reverse("loans:family_sign_after_all")).url == CODE
    assert sign(phone).url == CODE
    assert not Signature.objects.exists()


def test_another_browser_gives_its_own_code(address):
    phone = checked(address)
    digits = code_received()
    give(phone, digits)
    assert sign(checked(address)).url == CODE
    assert not Signature.objects.exists()


def test_a_wrong_code_says_how_many_tries_are_left(address):
    phone = checked(address)
    digits = code_received()
    response = give(phone, f"{(int(digits) + 1) % 10**6:06}")
    assert response.status_code == 422
    assert "encore 4 essais" in response.content.decode()
    assert "six chiffres" in give(phone, "12").content.decode()


def test_the_fourth_code_in_an_hour_does_not_leave_and_the_page_says_why(address):
    phone = checked(address)
    for _ in range(3):
        answer = phone.post(reverse("loans:family_code_send"), {"way": "email"}, follow=True)
    assert "Plusieurs codes" in answer.content.decode()


def test_a_family_without_an_address_is_told_that_the_school_hands_a_code(address):
    phone = checked(address)
    code_received()
    SigningLink.objects.get().guardian.__class__.objects.update(email="")
    SigningLink.objects.update(
        sent_to=""
    )  # as a printed letter's: nothing was sent, nothing has changed since
    convention = Convention.objects.get()
    convention.codes.update(closed_at=timezone.now())
    assert "L’établissement peut vous en remettre un" in page(phone)


def test_the_school_hands_a_code_which_opens_the_convention(address, client):
    phone, convention = checked(address), Convention.objects.get()
    desk = UserFactory(role=Role.HELPDESK)
    client.force_login(desk)
    guardian = convention.links.get().guardian
    assert f"Un code pour {guardian.polite_name}" in page(client, convention_page(convention))
    sheet = client.post(
        reverse("loans:convention_code", args=[convention.public_id]), {"guardian": guardian.public_id}
    )
    digits = "".join(sheet.context["digits"])
    assert f"{digits[:3]} {digits[3:]}" in sheet.content.decode()
    assert desk.get_full_name() in sheet.content.decode()
    assert give(phone, digits).url == "/signer/"
    assert sign(phone).status_code == 302


def convention_page(convention):
    return reverse("loans:convention", args=[convention.public_id])


def test_no_code_is_asked_where_the_rules_ask_none(campaign):
    EnrolmentFactory(campaign=campaign)
    mailed_links(campaign)
    keep_open()
    phone = checked(addresses()[0])
    assert "Je signe" in page(phone, "/signer/")
    assert phone.get(CODE).url == "/signer/"


def test_a_signed_file_is_read_again_without_a_code(address):
    phone = checked(address)
    give(phone, code_received())
    sign(phone)
    again = checked(address)
    assert again.get("/signer/").url == reverse("distribution:laptop")
