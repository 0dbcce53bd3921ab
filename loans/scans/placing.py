"""Pages read → copies sent to the check, or flagged so that the school knows what to do.

A convention is whole when each of its pages was read, in one scan or in several of the same school: pages that came
last week wait for the missing one. The order of the pile does not matter, nor which way up its sheets lay.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime

import pypdfium2
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refused
from loans.enums import PageProblem, PageState, ScanState
from loans.models import Convention, ConventionText, PaperCopy, Scan, ScannedPage
from loans.paper import upload_paper
from loans.scans.reading import opened
from schools.models import School


WAITING = (PageProblem.PAGES_MISSING, PageProblem.NOT_SIGNED, PageProblem.NO_BOX, PageProblem.NOT_TAKEN)
"""Flags of pages whose convention is known: another page, or a person, may still make it whole."""


def place_pages(*, scan: Scan, at: datetime, on: date) -> None:
    """Assemble every convention this scan has a page of, then say that the scan is read.

    The caller holds the scan (`splitting.split_scan`).
    """
    touched = scan.pages.filter(state=PageState.READ).values_list("convention_id", flat=True).distinct()
    with originals() as files:
        for convention_id in sorted(touched):
            assemble(
                convention_id=convention_id,
                school=scan.school,
                by=scan.uploaded_by,
                at=at,
                on=on,
                files=files,
            )
    if scan.state == ScanState.RECEIVED:
        scan.move_to(ScanState.READ, by=None, at=at)


class Originals:
    """The scans' own files, each opened once however many of its pages are taken."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._opened: dict[int, pypdfium2.PdfDocument] = {}

    def of(self, scan: Scan) -> pypdfium2.PdfDocument:
        if scan.pk not in self._opened:
            self._opened[scan.pk] = self._stack.enter_context(opened(scan.file.read_bytes()))
        return self._opened[scan.pk]


@contextmanager
def originals() -> Iterator[Originals]:
    with ExitStack() as stack:
        yield Originals(stack)


@transaction.atomic
def assemble(
    *,
    convention_id: int,
    school: School,
    by: User,
    at: datetime,
    on: date,
    files: Originals,
    as_it_is: bool = False,
) -> PaperCopy | None:
    """Send a convention's pages to the check once they are all there and signed; else flag them, and say why.

    `as_it_is`: a person of the school looked, and says that the signature is there.
    """
    Convention.objects.select_for_update(of=("self",)).get(pk=convention_id)
    pages = _pages_of(convention_id, school)
    chosen = _one_of_each(pages)
    if not chosen:
        return None
    problem = _problem(chosen, as_it_is=as_it_is)
    if problem:
        _flag(_concerned(chosen, problem), problem)
        return None
    try:
        with transaction.atomic():
            copy = _send(chosen, document_of(chosen, files), by=by, at=at, on=on)
    except Refused as refused:
        _flag(chosen, PageProblem.NOT_TAKEN, refused.sentence)
        return None
    ScannedPage.objects.filter(pk__in=[page.pk for page in chosen]).update(
        state=PageState.PLACED, problem="", sentence="", copy=copy
    )
    return copy


def _pages_of(convention_id: int, school: School) -> list[ScannedPage]:
    """All pages of this convention that wait, those just read last."""
    waiting = Q(state=PageState.READ) | Q(state=PageState.FLAGGED, problem__in=WAITING)
    found = ScannedPage.objects.filter(waiting, convention=convention_id, scan__school=school)
    return list(
        found.select_related("scan__file", "convention__text").order_by(
            "scan__uploaded_at", "scan_id", "number"
        )
    )


def _one_of_each(pages: Iterable[ScannedPage]) -> list[ScannedPage]:
    """The last seen of each page, in order; a signed one is kept before an empty one. The others are set aside."""
    best: dict[int, ScannedPage] = {}
    for page in pages:
        assert page.page is not None  # noqa: S101 - pages of a convention have a number
        other = best.get(page.page)
        if other is not None:
            worse = page if other.is_signed and not page.is_signed else other
            _set_aside(worse, PageProblem.DUPLICATE)
            page = other if worse is page else page
        best[page.page] = page
    return [best[number] for number in sorted(best)]


def _set_aside(page: ScannedPage, problem: PageProblem) -> None:
    ScannedPage.objects.filter(pk=page.pk).update(state=PageState.SET_ASIDE, problem=problem, sentence="")


def _problem(pages: list[ScannedPage], *, as_it_is: bool) -> PageProblem | None:
    if len(pages) < max(page.pages or 0 for page in pages):
        return PageProblem.PAGES_MISSING
    if as_it_is or any(page.is_signed for page in pages):
        return None
    return PageProblem.NOT_SIGNED if any(page.is_signed is False for page in pages) else PageProblem.NO_BOX


def _concerned(pages: list[ScannedPage], problem: PageProblem) -> list[ScannedPage]:
    """The pages to look at. A box is on one sheet, the last when it cannot be seen; the others only wait for it."""
    if problem not in (PageProblem.NOT_SIGNED, PageProblem.NO_BOX):
        return pages
    empty = [page for page in pages if page.is_signed is False] or pages[-1:]
    others = [page.pk for page in pages if page not in empty]
    ScannedPage.objects.filter(pk__in=others).update(state=PageState.READ, problem="", sentence="")
    return empty


def _flag(pages: list[ScannedPage], problem: PageProblem, sentence: str = "") -> None:
    ScannedPage.objects.filter(pk__in=[page.pk for page in pages]).update(
        state=PageState.FLAGGED, problem=problem, sentence=sentence
    )


def _send(pages: list[ScannedPage], content: bytes, *, by: User, at: datetime, on: date) -> PaperCopy:
    convention = pages[0].convention
    assert convention is not None  # noqa: S101 - `_pages_of` looked for it
    return upload_paper(
        convention=convention,
        content=content,
        name=_("convention %(reference)s, scanned.pdf") % {"reference": convention.reference},
        by=by,
        at=at,
        on=on,
        text=_text_of(pages, convention),
    )


def _text_of(pages: list[ScannedPage], convention: Convention) -> ConventionText | None:
    """The version that the signed sheet names, else another one; None when a person named them all."""
    named = [page for page in reversed(pages) if page.text_number is not None]
    number = next(
        (page.text_number for page in named if page.is_signed), named[0].text_number if named else None
    )
    return ConventionText.objects.filter(campaign=convention.campaign_id, number=number).first()


def document_of(pages: list[ScannedPage], files: Originals) -> bytes:
    """These pages as one PDF, upright, in order, from their scans' own bytes."""
    document = pypdfium2.PdfDocument.new()
    for page in pages:
        document.import_pages(files.of(page.scan), [page.number - 1])
        last = document[len(document) - 1]
        last.set_rotation((last.get_rotation() + page.turn) % 360)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
