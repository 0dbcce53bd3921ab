"""What the family's pages say is true of this very family: its text, its steps, the other guardian, its age."""

from datetime import date
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from loans.models import Convention, Signature
from schools.models import Guardian
from tests.loans.test_all_guardians import links_of
from tests.schools.factories import PupilFactory, UserFactory
from tests.trust.links import addresses, ask_codes, checked, code_received, keep_open, mailed_links


CODE = "/signer/code/"


def read(phone, at="/signer/"):
    return phone.get(at, follow=True).content.decode()


def sign(phone):
    sha = Convention.objects.get().text.sha256
    return phone.post(reverse("loans:family_sign"), {"accept": "on", "text_sha256": sha})


@pytest.fixture
def phones(campaign):
    """Those of the two guardians, past the date of birth."""
    links_of(campaign, guardians=2)
    keep_open()
    return [checked(address) for address in addresses()]


def test_the_summary_is_of_the_text_to_sign_though_other_rules_were_voted_since(phones, vote):
    before = read(phones[0])
    assert "Il est réparé gratuitement une fois." in before
    vote("repair.free_repairs", 2)
    assert "Il est réparé gratuitement une fois." in read(phones[0])


def test_who_did_not_sign_reads_the_initials_of_who_did(phones):
    sign(phones[0])
    title, *_names = Guardian.objects.order_by("pk")[0].polite_name.split()
    page = read(phones[1])
    assert f"Signée par \u2068{title} " in page or f"Signée par {title} " in page
    assert "Une autre personne qui peut signer l’a fait" in page


@pytest.fixture
def two(vote):
    """The links of two guardians who both sign."""
    links = links_of(vote("signer.minor", "both"), guardians=2)
    keep_open()
    return links


def test_the_one_who_signed_is_not_told_that_we_wrote_to_whom_we_cannot(two):
    first = checked(addresses()[0])
    sign(first)
    assert "Nous avons écrit à chacun" in read(first)
    Guardian.objects.filter(pk=two[1].guardian_id).update(email="")
    page = read(first)
    assert "votre signature est gardée" in page
    assert "Nous avons écrit à chacun" not in page


def test_a_parent_whose_child_came_of_age_reads_that_the_pupil_signs(campaign):
    links_of(campaign, pupil=PupilFactory(birth_on=date(2008, 9, 10), email="eleve@example.org"))
    mailed_links(campaign, at=timezone.make_aware(timezone.datetime(2026, 9, 10, 9)))
    keep_open()
    page = read(checked(addresses()[0]))
    assert "L’élève est maintenant majeur et signe seul" in page
    assert "elle vous a été envoyée" not in page


def test_with_a_code_there_are_three_steps_from_the_first_to_the_last(campaign):
    ask_codes(campaign)
    links_of(campaign)
    keep_open()
    phone = checked(addresses()[0])
    assert "Étape 2 sur 3" in read(phone, CODE)
    phone.post(CODE, {"digits": code_received()})
    assert "Étape 3 sur 3" in read(phone)


def test_who_holds_a_sheet_from_the_school_is_shown_one_thing_to_do_first(campaign, client):
    ask_codes(campaign)
    link = links_of(campaign)[0]
    keep_open()
    phone = checked(addresses()[0])
    link.convention.codes.update(closed_at=timezone.now())
    assert read(phone, CODE).count("btn-primary") == 1
    client.force_login(UserFactory(role=Role.HELPDESK))
    hand = partial(client.post, reverse("loans:convention_code", args=[link.convention.public_id]))
    assert hand({"guardian": link.guardian.public_id}).status_code == 200
    page = read(phone, CODE)
    assert "vous a remis une" in page
    assert page.count("btn-primary") == 1


def test_an_agent_is_not_offered_a_code_for_who_signed_already(vote, client):
    campaign = vote("signer.minor", "both")
    ask_codes(campaign)
    links_of(campaign, guardians=2)
    keep_open()
    phone = checked(addresses()[0])
    phone.post(CODE, {"digits": code_received()})
    sign(phone)
    client.force_login(UserFactory(role=Role.HELPDESK))
    done = Signature.objects.get().guardian
    other = Guardian.objects.exclude(pk=done.pk).get()
    page = read(client, reverse("loans:convention", args=[Convention.objects.get().public_id]))
    assert f"Un code pour {other.polite_name}" in page
    assert f"Un code pour {done.polite_name}" not in page
