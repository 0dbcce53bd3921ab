"""Three schools, their conventions printed, and the office that scans them."""

from datetime import date, datetime

import pytest

from accounts.enums import Role
from loans.documents import render_paper_pdf
from loans.mailing import send_due_conventions
from loans.models import Convention
from loans.scans.receiving import receive_scan
from loans.scans.splitting import split_scan
from tests.loans.conftest import PARIS
from tests.loans.scans.copier import printed, signed
from tests.schools.factories import EnrolmentFactory, SchoolFactory, SchoolStaffFactory, UserFactory


MAILING = date(2026, 8, 28)
AT = datetime(2026, 9, 16, 10, tzinfo=PARIS)


@pytest.fixture
def schools(campaign):
    """Three schools of two pupils each, all written to."""
    found = [SchoolFactory(), SchoolFactory(), SchoolFactory()]
    for school in found:
        EnrolmentFactory.create_batch(2, campaign=campaign, school=school)
    send_due_conventions(campaign=campaign, on=MAILING, at=datetime(2026, 8, 28, 9, tzinfo=PARIS))
    return found


@pytest.fixture
def school(schools):
    return schools[0]


@pytest.fixture
def office(school):
    return SchoolStaffFactory(school=school, user=UserFactory(role=Role.SCHOOL)).user


@pytest.fixture
def sheets():
    """The sheets of a school's conventions, or of some, signed with a pen."""

    def printed_and_signed(school, pen=True):
        conventions = Convention.objects.filter(enrolment__school=school).order_by("pk")
        found = printed(render_paper_pdf(conventions))
        return [signed(sheet) for sheet in found] if pen else found

    return printed_and_signed


@pytest.fixture
def send(school, office):
    """Send a copier's file, and let the worker read it."""

    def received_and_read(content, at=AT):
        scan = receive_scan(content=content, name="copieur.pdf", school=school, by=office, at=at)
        return split_scan(scan.pk, at=at, on=at.date())

    return received_and_read
