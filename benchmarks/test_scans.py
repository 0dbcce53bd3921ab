"""A copier's pile of 150 conventions, 300 pages: split and matched on one core (N5)."""

from datetime import date, datetime
from time import perf_counter, process_time
from zoneinfo import ZoneInfo

import pytest

from accounts.enums import Role
from loans.documents import render_paper_pdf
from loans.enums import PageState
from loans.mailing import send_due_conventions
from loans.models import Convention
from loans.scans.receiving import receive_scan
from loans.scans.splitting import split_scan
from programmes.campaigns import open_campaign
from tests.loans.scans.copier import askew, printed, scanned, signed
from tests.schools.factories import EnrolmentFactory, SchoolFactory, UserFactory


CONVENTIONS = 150
LONGEST = 60  # seconds of one core
AT = datetime(2026, 9, 16, 10, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.mark.django_db
def test_a_scan_of_300_pages():
    campaign = open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 7, 6))
    school = SchoolFactory()
    EnrolmentFactory.create_batch(CONVENTIONS, campaign=campaign, school=school)
    send_due_conventions(campaign=campaign, on=date(2026, 8, 28), at=AT)
    content = pile_of(Convention.objects.all())
    scan = receive_scan(
        content=content, name="copieur.pdf", school=school, by=UserFactory(role=Role.SCHOOL), at=AT
    )
    started, cpu = perf_counter(), process_time()
    scan = split_scan(scan.pk, at=AT, on=AT.date())
    spent, worked = perf_counter() - started, process_time() - cpu
    placed = scan.pages.filter(state=PageState.PLACED).count()
    print(
        f"\n{scan.pages_count} pages ({len(content) / 1e6:.0f} MB), {placed} placed, in {spent:.1f} s "
        f"({worked:.1f} s of one core): {LONGEST / spent:.1f} × faster than the {LONGEST} s allowed"
    )
    assert placed == scan.pages_count, scan.pages.exclude(state=PageState.PLACED).values_list(
        "number", "problem"
    )
    assert spent < LONGEST


def pile_of(conventions):
    """Signed, and fed a little askew, every fifth sheet upside down."""
    sheets = [signed(sheet) for sheet in printed(render_paper_pdf(conventions))]
    return scanned(
        [askew(sheet, 180 if rank % 5 == 0 else rank % 7 - 3) for rank, sheet in enumerate(sheets)]
    )
