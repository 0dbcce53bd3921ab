"""Letters for families nobody can write to: a code of their own, then the convention, in one file (N5, N17)."""

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import zxingcpp
from django.db.models import QuerySet

from core.tokens import token_digest
from loans.calls import call_list
from loans.enums import CallOutcome, ConventionState
from loans.letters_to_print import letters_pdf
from loans.models import CallNote, Convention, SigningLink
from loans.publishing import text_for
from loans.scans.marks import read_mark
from tests.loans.factories import ConventionFactory
from tests.schools.factories import (
    EnrolmentFactory,
    GuardianFactory,
    GuardianshipFactory,
    PupilFactory,
    SchoolFactory,
    UserFactory,
)


AT = datetime(2026, 9, 15, 10, tzinfo=ZoneInfo("Europe/Paris"))
LIEU = "12 rue des Essais\nBâtiment B\n14000 ESSAIVILLE"


@pytest.fixture
def school():
    return SchoolFactory()


def family(campaign, school, pupil=None, guardians=1, state=ConventionState.DRAFT, **fields) -> Convention:
    enrolment = EnrolmentFactory(
        campaign=campaign, school=school, guardians=0, pupil=pupil or PupilFactory(), class_code="2GT1"
    )
    for _ in range(guardians):
        GuardianshipFactory(pupil=enrolment.pupil, guardian=GuardianFactory(**{"email": ""} | fields))
    return ConventionFactory(
        campaign=campaign, enrolment=enrolment, text=text_for(campaign), state=state, sent_on=None
    )


def rows_of(school, campaign) -> QuerySet[Convention]:
    return call_list(school=school, campaign=campaign).rows


def read(content: bytes) -> list[tuple[str, list[str]]]:
    """Each page's words and codes."""
    pages = []
    for page in pypdfium2.PdfDocument(io.BytesIO(content)):
        image = page.render(scale=3).to_pil()
        codes = [code.text for code in zxingcpp.read_barcodes(image)]
        pages.append((page.get_textpage().get_text_range(), codes))
    return pages


def test_each_family_has_a_letter_whose_code_opens_its_own_link_then_the_convention(campaign, school):
    convention = family(campaign, school, address=LIEU)
    content = letters_pdf(rows_of(school, campaign), by=UserFactory(), at=AT)
    (words, [code]), *others = read(content)
    link = SigningLink.objects.get()
    assert token_digest(code.rstrip("/").rpartition("/")[2]) == link.token_hash
    assert (link.convention, link.sent_to) == (convention, "")
    for line in ("12 rue des Essais", "14000 ESSAIVILLE", convention.reference, "2GT1", "14 novembre 2026"):
        assert line in words
    marks = [read_mark(text) for _words, codes in others for text in codes if read_mark(text)]
    assert [mark.page for mark in marks] == list(range(1, len(others) + 1))
    assert {mark.reference for mark in marks} == {convention.reference}
    convention.refresh_from_db()
    assert (convention.state, convention.sent_on) == (ConventionState.SENT, AT.date())


def test_two_guardians_have_a_letter_each_and_one_convention_and_neither_reads_the_other_address(
    campaign, school
):
    family(campaign, school, guardians=2, address=LIEU)
    pages = read(letters_pdf(rows_of(school, campaign), by=UserFactory(), at=AT))
    letters = [words for words, codes in pages if any("/signer/" in code for code in codes)]
    names = list(GuardianFactory._meta.model.objects.values_list("family_name", flat=True))
    assert len(letters) == 2
    assert all(sum(name in words for name in names) == 1 for words in letters)
    assert SigningLink.objects.count() == 2


def test_whoever_can_be_written_to_gets_no_letter_unless_paper_was_asked_for(campaign, school):
    convention = family(campaign, school, email="a@example.org", state=ConventionState.SENT)
    Convention.objects.update(reminders_count=1)
    assert letters_pdf(rows_of(school, campaign), by=UserFactory(), at=AT) is None
    CallNote.objects.create(
        convention=convention, outcome=CallOutcome.NEEDS_PAPER, called_by=UserFactory(), called_at=AT
    )
    assert letters_pdf(rows_of(school, campaign), by=UserFactory(), at=AT)


def test_a_name_the_print_file_cannot_stamp_is_set_by_weasyprint(campaign, school):
    """A name in another script, an address of one very long line."""
    family(campaign, school, address="شارع الحرية 12\n14000 ESSAIVILLE")
    pages = read(letters_pdf(rows_of(school, campaign), by=UserFactory(), at=AT))
    assert "ESSAIVILLE" in pages[0][0]
