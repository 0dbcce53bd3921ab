"""A copier's pile comes apart: each page is placed or flagged, none is lost (N5)."""

import io
from collections import Counter
from dataclasses import replace
from itertools import cycle
from random import Random

import pypdfium2
import pytest

from loans.enums import PageProblem, PageState, PaperState, ScanState
from loans.models import Convention, PaperCopy
from tests.loans.scans.conftest import AT
from tests.loans.scans.copier import askew, blank, scanned


pytestmark = pytest.mark.django_db


def fates(scan):
    """How many pages met which fate."""
    return Counter(page.problem or page.state for page in scan.pages.all())


def test_a_pile_of_signed_conventions_becomes_copies_to_check(school, sheets, send):
    pile = sheets(school)
    scan = send(scanned(pile))
    assert scan.state == ScanState.READ
    assert scan.pages_count == scan.pages.filter(state=PageState.PLACED).count() == len(pile)
    copies = PaperCopy.objects.filter(state=PaperState.PENDING)
    assert {copy.convention for copy in copies} == set(Convention.objects.filter(enrolment__school=school))


def test_sheets_fed_upside_down_and_askew_are_stood_upright_in_order(school, sheets, send):
    pile = sheets(school)
    turned = [askew(sheet, degrees) for sheet, degrees in zip(pile, [180, 3.5, 90, -4, 270, 2], strict=False)]
    scan = send(scanned(list(reversed(turned)) + pile[len(turned) :]))
    assert fates(scan) == {"placed": len(pile)}
    for copy in PaperCopy.objects.select_related("file"):
        assert pages_upright(copy.file.read_bytes())


def pages_upright(content):
    from loans.scans.reading import read_pages

    pages = list(read_pages(content))
    return [page.turn for page in pages] == [0] * len(pages) and [page.mark.page for page in pages] == [
        number + 1 for number in range(len(pages))
    ]


def test_rotated_skewed_mixed_and_incomplete_every_page_is_placed_or_flagged(schools, sheets, send):
    """Three schools shuffled in one pile, each sheet its own way up, two pages left on the copier."""
    ours, others = sheets(schools[0]), sheets(schools[1]) + sheets(schools[2])
    each = max(sheet.page for sheet in ours)
    kept = [*ours[1:], *others[1:]]  # the first sheet of the first convention, and one of another school
    turns = cycle([2.5, 180, -3, 90, 4, 270])
    pile = [askew(sheet, next(turns)) for sheet in kept]
    Random(5).shuffle(pile)
    scan = send(scanned([*pile, blank()]))
    assert fates(scan) == {
        "placed": each,
        "pages_missing": each - 1,
        "other_school": len(others) - 1,
        "blank": 1,
    }
    assert scan.pages.count() == len(pile) + 1
    assert not scan.pages.filter(state=PageState.READ).exists()


def test_the_missing_page_sent_later_makes_the_convention_whole(school, sheets, send):
    pile = sheets(school)
    first = send(scanned(pile[1:]))
    assert fates(first)["pages_missing"]
    second = send(scanned(pile[:1]))
    assert fates(second) == {"placed": 1}
    assert not fates(first)["pages_missing"]
    assert PaperCopy.objects.count() == 2


def test_an_empty_signature_box_is_flagged(school, sheets, send):
    pile = sheets(school, pen=False)
    scan = send(scanned(pile))
    conventions = scan.pages.values("convention").distinct().count()
    assert fates(scan) == {"not_signed": conventions, "read": len(pile) - conventions}
    assert all(page.page == page.pages for page in scan.pages.filter(problem=PageProblem.NOT_SIGNED))
    assert not PaperCopy.objects.exists()


def test_signed_since_the_sheet_with_the_box_is_scanned_alone(school, sheets, send):
    empty = sheets(school, pen=False)
    last = max(sheet.page for sheet in empty)
    first = send(scanned(empty))
    second = send(scanned([sheet for sheet in sheets(school) if sheet.page == last]))
    assert fates(second) == {"placed": 2}
    assert fates(first) == {"placed": len(empty) - 2, "duplicate": 2}


def test_a_box_cut_off_is_looked_for_on_the_last_sheet_only(school, sheets, send):
    pile = sheets(school)
    last = max(sheet.page for sheet in pile)
    scan = send(scanned([cut_off(sheet) if sheet.page == last else sheet for sheet in pile]))
    assert fates(scan) == {"no_box": 2, "read": len(pile) - 2}


def cut_off(sheet):
    """The lower half, with the box, was under another sheet."""
    image = sheet.image.copy()
    image.paste(255, (0, image.height // 4, image.width, image.height))
    return replace(sheet, image=image)


def test_pages_read_twice_are_folded(school, sheets, send):
    pile = sheets(school)
    scan = send(scanned(pile + pile[:2]))
    assert fates(scan) == {"placed": len(pile), "duplicate": 2}


def test_a_page_of_another_school_says_nothing_of_its_pupil(schools, sheets, send):
    scan = send(scanned(sheets(schools[1])))
    assert set(fates(scan)) == {"other_school"}
    assert not scan.pages.exclude(convention=None).exists()


def test_the_same_file_twice_is_one_scan(school, sheets, send):
    content = scanned(sheets(school))
    assert send(content) == send(content, at=AT.replace(hour=15))


def test_a_photograph_of_one_page_is_read_too(school, sheets, send):
    photograph = io.BytesIO()
    sheets(school)[0].image.save(photograph, format="PNG")
    assert fates(send(photograph.getvalue())) == {"pages_missing": 1}


def test_a_file_with_a_password_or_damaged_is_unreadable_and_says_so(school, sheets, send):
    import pikepdf

    locked, content = io.BytesIO(), scanned(sheets(school)[:1])
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    for damaged, word in [(locked.getvalue(), "mot de passe"), (b"%PDF-1.7 nothing", "abîmé")]:
        scan = send(damaged)
        assert scan.state == ScanState.UNREADABLE
        assert word in scan.problem
    assert pypdfium2.PdfDocument(content)
