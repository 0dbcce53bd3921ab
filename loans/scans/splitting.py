"""A scan → its pages, each with a first state, then placed. One worker at a time holds a scan, to its end.

Pages are written by handfuls as they are read: progress is seen, and a next worker goes on where the last one died.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import islice

from core.jobs import alone
from core.refusals import Refused
from loans.enums import PageProblem, PageState, ScanState
from loans.models import Convention, Scan, ScannedPage
from loans.publishing import binds_alike
from loans.references import number_of
from loans.scans.marks import PageMark
from loans.scans.placing import place_pages
from loans.scans.reading import ReadPage, count_pages, read_pages


HANDFUL = 10  # pages; about a second of reading


def split_scan(scan_id: int, *, at: datetime, on: date) -> Scan:
    """Read the pages not read yet, then place them all; safe to run again after a worker died, or twice at once."""
    with alone(f"scan {scan_id}") as is_ours:
        scan = Scan.objects.select_related("file", "school", "uploaded_by").get(pk=scan_id)
        if is_ours and scan.state == ScanState.RECEIVED:
            _split(scan, at=at, on=on)
    return scan


def split_waiting_scans(*, at: datetime, on: date) -> int:
    """The sweep: scans whose worker died, or whose ring was lost."""
    waiting = list(Scan.objects.filter(state=ScanState.RECEIVED).order_by("pk").values_list("pk", flat=True))
    for pk in waiting:
        split_scan(pk, at=at, on=on)
    return len(waiting)


def _split(scan: Scan, *, at: datetime, on: date) -> None:
    try:
        _read(scan)
    except Refused as refused:
        scan.move_to(ScanState.UNREADABLE, by=None, at=at, problem=refused.sentence)
        return
    place_pages(scan=scan, at=at, on=on)


def _read(scan: Scan) -> None:
    content = scan.file.read_bytes()
    scan.pages_count = count_pages(content)
    scan.save(update_fields=["pages_count"])
    pages = read_pages(content, start=scan.pages.count() + 1)
    while handful := list(islice(pages, HANDFUL)):
        known = _conventions_of(handful)
        ScannedPage.objects.bulk_create(_first_look(scan, page, known) for page in handful)


def _conventions_of(pages: Iterable[ReadPage]) -> dict[str, Convention]:
    """The conventions these pages' codes name, in one query."""
    references = {
        page.mark.reference for page in pages if page.mark and number_of(page.mark.reference) is not None
    }
    found = Convention.objects.filter(reference__in=references).select_related("enrolment", "text")
    return {convention.reference: convention for convention in found}


def _first_look(scan: Scan, page: ReadPage, known: dict[str, Convention]) -> ScannedPage:
    row = ScannedPage(scan=scan, number=page.number, turn=page.turn, is_signed=page.is_signed)
    if page.is_blank:
        return _at(row, PageState.SET_ASIDE, PageProblem.BLANK)
    if page.mark is None:
        return _at(row, PageState.FLAGGED, PageProblem.NO_CODE)
    return _named(row, page.mark, known.get(page.mark.reference))


def _named(row: ScannedPage, mark: PageMark, convention: Convention | None) -> ScannedPage:
    """What the code leads to. Of another school's convention nothing is kept: its name is not this school's to know."""
    if convention is None:
        return _at(row, PageState.FLAGGED, PageProblem.UNKNOWN)
    if convention.enrolment.school_id != row.scan.school_id:
        return _at(row, PageState.FLAGGED, PageProblem.OTHER_SCHOOL)
    row.convention, row.text_number = convention, mark.text_number
    row.page, row.pages = mark.page, mark.pages
    if mark.text_number != convention.text.number and not binds_alike(convention.text, mark.text_number):
        return _at(row, PageState.FLAGGED, PageProblem.OLD_TEXT)
    return _at(row, PageState.READ)


def _at(row: ScannedPage, state: PageState, problem: PageProblem | None = None) -> ScannedPage:
    row.state, row.problem = state, problem or ""
    return row
