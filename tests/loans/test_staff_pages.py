"""Conventions, paper, devices and loans on the staff's screens (N4, N5, P2, A8)."""

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from core.models import Message
from loans.enums import ConventionState, PaperState
from loans.lending import lend_device
from loans.mailing import send_due_conventions
from loans.models import AddressCorrection, Convention, Device, PaperCopy, SigningLink
from loans.publishing import text_for
from schools.models import Guardian
from tests.loans.conftest import DAY, NOON, PARIS
from tests.loans.factories import ConventionFactory, DeviceFactory, DeviceModelFactory
from tests.schools.factories import EnrolmentFactory, SchoolStaffFactory, UserFactory


SENT_AT = datetime(2026, 8, 28, 9, tzinfo=PARIS)

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(db):
    return SchoolStaffFactory().user


@pytest.fixture
def convention(campaign, head):
    school = head.school_posts.get().school
    EnrolmentFactory(campaign=campaign, school=school, guardians=1)
    send_due_conventions(campaign=campaign, on=SENT_AT.date(), at=SENT_AT)
    return Convention.objects.get()


@pytest.fixture
def signed_in(client):
    def enter(user):
        client.force_login(user)
        return client

    return enter


def url(name, row):
    return reverse(f"loans:{name}", args=[row.public_id])


def text_of(response):
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_finds_by_name_reference_and_state(signed_in, head, convention):
    client, address = signed_in(head), reverse("loans:conventions")
    name = convention.pupil.list_name
    for query in ({}, {"q": convention.reference}, {"q": convention.pupil.family_name}, {"state": "sent"}):
        assert name in text_of(client.get(address, query))
    assert name not in text_of(client.get(address, {"state": "signed"}))


def test_the_list_costs_the_same_for_three_and_thirty(signed_in, campaign, django_assert_max_num_queries):
    for _ in range(30):
        ConventionFactory(campaign=campaign)
    client = signed_in(UserFactory(role=Role.REGION))
    with django_assert_max_num_queries(12):
        client.get(reverse("loans:conventions"))


def test_a_convention_tells_its_story_and_its_reasons(signed_in, head, convention):
    page = text_of(signed_in(head).get(url("convention", convention)))
    for words in ("Convention envoyée par e-mail", "Pourquoi", "intact", "parent"):
        assert words in page


def test_the_supplier_sees_no_address(signed_in, convention):
    page = text_of(signed_in(UserFactory(role=Role.SUPPLIER)).get(url("convention", convention)))
    assert "@example.org" not in page.replace("assistance@", "")


def test_a_school_corrects_an_address_and_sends_again(signed_in, head, convention):
    client = signed_in(head)
    guardian = convention.pupil.guardianships.get().guardian
    fields = {"guardian": guardian.public_id, "email": "juste@example.org"}
    client.post(url("convention_address", convention), fields)
    assert AddressCorrection.objects.get().corrected_by == head
    client.post(url("convention_resend", convention))
    assert Message.objects.latest("pk").to_address == "juste@example.org"


def test_a_blocked_link_is_unlocked(signed_in, head, convention):
    SigningLink.objects.update(wrong_birth_dates_count=5)
    client = signed_in(head)
    assert "Un lien est bloqué" in text_of(client.get(url("convention", convention)))
    client.post(url("convention_unlock", convention))
    assert SigningLink.objects.get().wrong_birth_dates_count == 0


def test_a_guardian_signs_at_the_desk(signed_in, head, convention):
    client = signed_in(head)
    fields = {"person": f"guardian {convention.pupil.guardianships.get().guardian_id}"}
    fields |= {"text_sha256": convention.text.sha256, "identity_check": "document"}
    assert client.post(url("convention_desk", convention), fields).status_code == 200
    assert client.post(url("convention_desk", convention), fields | {"accept": "on"}).status_code == 302
    convention.refresh_from_db()
    assert (convention.state, convention.signatures.get().agent) == (ConventionState.SIGNED, head)


def test_paper_goes_from_the_school_to_the_supplier_and_back(signed_in, head, convention, time_machine):
    """N5, from the school's screen to the supplier's."""
    time_machine.move_to(datetime(2026, 9, 14, 10, tzinfo=PARIS))
    client = signed_in(head)
    page = text_of(client.get(reverse("loans:paper")))
    assert convention.pupil.list_name in page
    assert "injoignable" not in page
    Guardian.objects.update(email="")
    assert "injoignable" in text_of(client.get(reverse("loans:paper")))
    printed = client.get(reverse("loans:paper_print"))
    assert printed["Content-Type"] == "application/pdf"
    fields = {"person": f"guardian {convention.pupil.guardianships.get().guardian_id}"}
    scan = SimpleUploadedFile("scan.pdf", b"%PDF-1.7 signed", "application/pdf")
    assert client.post(url("paper_upload", convention), fields | {"file": scan}).status_code == 302
    copy = PaperCopy.objects.get()
    client = signed_in(UserFactory(role=Role.SUPPLIER))
    assert convention.pupil.list_name in text_of(client.get(reverse("loans:paper_queue")))
    assert client.get(url("paper_scan", copy)).content == b"%PDF-1.7 signed"
    assert "ne peut pas être affiché ici" in text_of(client.get(url("paper_review", copy)))
    client.post(url("paper_review", copy), {"decision": "reject", "usual_reason": "0"})
    copy.refresh_from_db()
    assert (copy.state, copy.rejection_reason) == (PaperState.REJECTED, "La signature manque.")


def test_without_a_guardian_the_page_of_the_scan_says_what_to_mend(signed_in, head, convention):
    convention.pupil.guardianships.all().delete()
    page = text_of(signed_in(head).get(url("paper_upload", convention)))
    assert "Personne ne peut signer" in page
    assert reverse("schools:findings") in page
    assert "Signer au guichet" not in text_of(signed_in(head).get(url("convention", convention)))


def test_a_wrong_file_is_explained_on_the_page(signed_in, head, convention, time_machine):
    time_machine.move_to(datetime(2026, 9, 14, 10, tzinfo=PARIS))
    fields = {"person": f"guardian {convention.pupil.guardianships.get().guardian_id}"}
    scan = SimpleUploadedFile("virus.exe", b"MZ", "application/pdf")
    page = text_of(signed_in(head).post(url("paper_upload", convention), fields | {"file": scan}))
    assert "PDF, JPEG ou PNG" in page


def test_the_warehouse_scans_devices_in(signed_in):
    client = signed_in(UserFactory(role=Role.WAREHOUSE))
    fields = {"model": DeviceModelFactory().pk, "serials": "PF4X-0001\r\nPF4X-0002\r\n"}
    page = text_of(client.post(reverse("loans:devices_receive"), fields, follow=True))
    assert "2 ordinateurs sont en stock" in page
    assert Device.objects.count() == 2


def test_a_device_and_a_loan_tell_who_had_what(signed_in, campaign, head):
    enrolment = EnrolmentFactory(campaign=campaign, school=head.school_posts.get().school)
    convention = ConventionFactory(
        campaign=campaign, enrolment=enrolment, text=text_for(campaign), signed=True
    )
    loan = lend_device(
        pupil=convention.pupil, convention=convention, device=DeviceFactory(), by=None, on=DAY, at=NOON
    )
    assert loan.device.asset_tag in text_of(signed_in(head).get(reverse("loans:school_loans")))
    assert loan.device.serial in text_of(signed_in(head).get(url("loan", loan)))
    page = text_of(signed_in(UserFactory(role=Role.HELPDESK)).get(url("device", loan.device)))
    assert convention.pupil.full_name in page
    hidden = text_of(signed_in(UserFactory(role=Role.WAREHOUSE)).get(url("device", loan.device)))
    assert convention.pupil.full_name not in hidden
