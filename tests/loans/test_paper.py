"""The paper path: to print, uploaded, checked, counted only then (N5)."""

from datetime import date, datetime, timedelta
from functools import partial

import pytest

from accounts.enums import Role
from core.models import Message
from core.refusals import Refused
from loans.documents import render_paper_pdf
from loans.enums import ConventionState, PaperState, SignatureMethod
from loans.mailing import send_due_conventions
from loans.models import Convention, PaperCopy
from loans.paper import paper_due, review_paper, upload_paper
from loans.progress import progress_of
from tests.loans.conftest import PARIS
from tests.schools.factories import EnrolmentFactory, GuardianFactory, GuardianshipFactory, UserFactory


MAILING = date(2026, 8, 28)
OPENS = MAILING + timedelta(days=15)
AT = datetime(2026, 9, 14, 10, tzinfo=PARIS)
SCAN = b"%PDF-1.7 a signed convention"


@pytest.fixture
def convention(campaign):
    EnrolmentFactory(campaign=campaign)
    send_due_conventions(campaign=campaign, on=MAILING, at=datetime(2026, 8, 28, 9, tzinfo=PARIS))
    return Convention.objects.get()


@pytest.fixture
def school_office(db):
    return UserFactory(role=Role.SCHOOL)


@pytest.fixture
def supplier(db):
    return UserFactory(role=Role.SUPPLIER)


@pytest.fixture
def upload(convention, school_office):
    return partial(
        upload_paper,
        convention=convention,
        content=SCAN,
        name="scan.pdf",
        by=school_office,
        at=AT,
        on=AT.date(),
    )


def refusal(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_paper_opens_fifteen_days_after_the_mailing(campaign, convention):
    assert not paper_due(campaign=campaign, on=OPENS - timedelta(days=1))
    assert paper_due(campaign=campaign, on=OPENS).get() == convention


def test_a_family_without_address_may_sign_on_paper_from_the_first_day(campaign):
    enrolment = EnrolmentFactory(campaign=campaign, guardians=0)
    GuardianshipFactory(pupil=enrolment.pupil, guardian=GuardianFactory(email=""))
    send_due_conventions(campaign=campaign, on=MAILING, at=AT)
    assert paper_due(campaign=campaign, on=MAILING).get().enrolment == enrolment


def test_the_paper_to_print_is_named_and_bears_its_reference(convention):
    content = render_paper_pdf([convention])
    assert content.startswith(b"%PDF-")


def test_a_scan_counts_only_once_validated(campaign, convention, upload, supplier):
    copy = upload()
    convention.refresh_from_db()
    figures = progress_of(convention.enrolment.school, campaign)
    assert (convention.state, figures.signed_count, figures.paper_pending_count) == ("sent", 0, 1)
    review_paper(copy=copy, accept=True, reason="", by=supplier, at=AT + timedelta(days=2))
    convention.refresh_from_db()
    assert (convention.state, convention.signature_method) == (ConventionState.SIGNED, SignatureMethod.PAPER)
    assert convention.signed_on == AT.date() + timedelta(days=2)
    assert convention.signatures.get().agent == supplier
    assert progress_of(convention.enrolment.school, campaign).signed_count == 1


def test_validating_twice_signs_once(upload, supplier):
    review = partial(review_paper, copy=upload(), accept=True, reason="", by=supplier, at=AT)
    assert review().state == review().state == PaperState.VALIDATED


def test_a_rejected_scan_tells_the_school_why_and_another_may_follow(upload, supplier, school_office):
    review_paper(copy=upload(), accept=False, reason="La signature manque.", by=supplier, at=AT)
    message = Message.objects.get(kind="paper_rejected")
    assert message.to_address == school_office.email
    assert "La signature manque." in message.body
    assert upload(content=SCAN + b" again").state == PaperState.PENDING


def test_a_rejection_needs_a_reason(upload, supplier):
    copy = upload()
    act = partial(review_paper, copy=copy, accept=False, reason=" ", by=supplier, at=AT)
    assert refusal(act) == "reason_missing"


def test_the_rules_say_who_checks(upload, school_office):
    copy = upload()
    for role in (Role.SCHOOL, Role.REGION, Role.HELPDESK):
        act = partial(review_paper, copy=copy, accept=True, reason="", by=UserFactory(role=role), at=AT)
        assert refusal(act) == "not_the_checker"


def test_the_same_scan_twice_is_one_copy_and_another_must_wait(upload):
    assert upload() == upload()
    assert PaperCopy.objects.count() == 1
    assert refusal(partial(upload, content=SCAN + b" other")) == "paper_pending"


def test_a_scan_too_early_or_of_a_wrong_kind_is_refused(upload):
    early = OPENS - timedelta(days=1)
    assert refusal(partial(upload, on=early)) == "paper_too_early"
    assert refusal(partial(upload, content=b"MZ an executable")) == "file_type"
    assert refusal(partial(upload, content=b"")) == "file_empty"


def test_a_scan_of_a_signed_convention_is_useless(upload, supplier):
    review_paper(copy=upload(), accept=True, reason="", by=supplier, at=AT)
    assert refusal(partial(upload, content=SCAN + b" late")) == "already_signed"
