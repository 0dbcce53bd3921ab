"""What no code placed, a person places: the page's own words, a signature seen, or not needed (N5)."""

import pytest
from django.urls import reverse

from core.refusals import Refused
from loans.enums import ConventionState, PageProblem, PageState, PaperState
from loans.models import Convention, PaperCopy
from loans.scans.marks import FROM_RIGHT, FROM_TOP, SIDE
from loans.scans.settling import dismiss_page, name_page, send_as_it_is
from tests.loans.scans.conftest import AT
from tests.loans.scans.copier import RESOLUTION, Sheet, scanned


pytestmark = pytest.mark.django_db


def without_code(sheet):
    """A staple tore the corner with the code."""
    image = sheet.image.copy()
    pixels = RESOLUTION / 72
    left = int(image.width - (FROM_RIGHT + SIDE) * pixels) - 20
    image.paste(255, (left, 0, image.width, int((FROM_TOP + SIDE) * pixels) + 20))
    return Sheet(image, sheet.page)


@pytest.fixture
def torn(school, sheets, send):
    """A scan whose first sheet has no code any more."""
    pile = sheets(school)
    return send(scanned([without_code(pile[0]), *pile[1:]]))


def test_a_page_named_by_hand_makes_its_convention_whole(school, office, torn):
    page = torn.pages.get(problem=PageProblem.NO_CODE)
    missing = torn.pages.filter(problem=PageProblem.PAGES_MISSING).first()
    copy = name_page(
        page=page,
        reference=f" {missing.convention.reference.lower()} ",
        number=1,
        pages=missing.pages,
        by=office,
        at=AT,
        on=AT.date(),
    )
    assert copy.state == PaperState.PENDING
    assert not torn.pages.exclude(state=PageState.PLACED).exists()


def test_a_reference_of_another_school_is_refused(schools, office, torn):
    foreign = Convention.objects.filter(enrolment__school=schools[1]).first()
    with pytest.raises(Refused) as refused:
        name_page(
            page=torn.pages.get(number=1),
            reference=foreign.reference,
            number=1,
            pages=2,
            by=office,
            at=AT,
            on=AT.date(),
        )
    assert refused.value.code == "reference_unknown"


def test_a_pencil_too_light_is_sent_because_a_person_saw_it(school, office, sheets, send):
    scan = send(scanned(sheets(school, pen=False)))
    page = scan.pages.filter(problem=PageProblem.NOT_SIGNED).first()
    copy = send_as_it_is(page=page, by=office, at=AT, on=AT.date())
    assert copy.convention == page.convention
    assert PaperCopy.objects.count() == 1


def test_a_page_put_aside_stays_so_and_a_placed_one_cannot_be(torn):
    page = torn.pages.get(problem=PageProblem.NO_CODE)
    dismiss_page(page=page)
    dismiss_page(page=page)
    page.refresh_from_db()
    assert (page.state, page.problem) == (PageState.SET_ASIDE, PageProblem.DISMISSED)
    with pytest.raises(Refused):
        dismiss_page(page=torn.pages.filter(state=PageState.PLACED).first())


def test_a_convention_replaced_meanwhile_says_so_and_not_that_pages_are_missing(
    client, school, office, sheets, send
):
    scan = send(scanned(sheets(school, pen=False)))
    page = scan.pages.filter(problem=PageProblem.NOT_SIGNED).first()
    Convention.objects.filter(pk=page.convention_id).update(state=ConventionState.SUPERSEDED)
    client.force_login(office)
    answer = client.post(reverse("loans:scan_page_send", args=[page.public_id]), follow=True)
    page.refresh_from_db()
    [said] = answer.context["messages"]
    assert page.sentence
    assert (said.message, said.level_tag) == (page.sentence, "warning")
    assert not PaperCopy.objects.exists()
