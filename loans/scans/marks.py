"""The codes printed on paper conventions: one in the margin of each page, one beside the signature box. Pure.

A page's code says « N26-004217-K:2:1/3 »: the convention, the version of its text, the page. All of it fits the
smallest QR code, which a copier at 150 points an inch still reads. The box's code says « S:N26-004217-K » and, by its
corners, where the box is on a sheet that came in askew.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
import segno


MILLIMETRE = 72 / 25.4
SIDE = 12 * MILLIMETRE  # of the code in the margin; the page's right and top margins are 18 and 20 mm
FROM_RIGHT, FROM_TOP = 18 * MILLIMETRE, 7 * MILLIMETRE  # a sheet fed askew loses its corners
_PAGE = re.compile(r"([A-Z]\d{2}-\d{6,12}-[A-Z]):(\d{1,4}):(\d{1,3})/(\d{1,3})")
_BOX = re.compile(r"S:([A-Z]\d{2}-\d{6,12}-[A-Z])")


@dataclass(frozen=True, slots=True)
class PageMark:
    """What one page's code says; `page` counts from 1 to `pages`."""

    reference: str
    text_number: int
    page: int
    pages: int

    def __str__(self) -> str:
        return f"{self.reference}:{self.text_number}:{self.page}/{self.pages}"


def read_mark(text: str) -> PageMark | None:
    """The page's code in these words; None for any other code (the family's own sticker, a leaflet)."""
    found = _PAGE.fullmatch(text.strip())
    if not found:
        return None
    mark = PageMark(found[1], int(found[2]), int(found[3]), int(found[4]))
    return mark if 1 <= mark.page <= mark.pages else None


def box_code(reference: str) -> str:
    """What the code beside the signature box says."""
    return f"S:{reference}"


def reference_of_box(text: str) -> str:
    """The convention whose signature box this code stands beside, or ""."""
    found = _BOX.fullmatch(text.strip())
    return found[1] if found else ""


Named = tuple[str, int] | None


def mark_pages(content: bytes, copies: Iterable[Named], lengths: list[int] | None = None) -> bytes:
    """Stamp its code on each page of a print file that holds these (reference, text number) one after the other.

    None stands for a document whose pages bear no code (a letter).

    `lengths` says how many pages each has; without it, a copy begins where the file's outline has an entry of the first
    level. The codes are artifacts: nobody hears them.
    Raises ValueError when the file holds another number of copies.
    """
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for page, mark in zip(pdf.pages, _marks(pdf, list(copies), lengths), strict=True):
            if mark is None:
                continue
            page.contents_add(b"q", prepend=True)  # whatever the page does to its coordinates ends with it
            page.contents_add(b"Q\n" + _drawing(str(mark), page), prepend=False)
        marked = io.BytesIO()
        pdf.save(marked, deterministic_id=True)
    return marked.getvalue()


def _marks(pdf: pikepdf.Pdf, copies: list[Named], lengths: list[int] | None) -> Iterator[PageMark | None]:
    if lengths:
        starts = [sum(lengths[:rank]) for rank in range(len(lengths))]
        yield from _numbered(copies, starts, len(pdf.pages))
        return
    numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    with pdf.open_outline() as outline:
        starts = [numbers[_target(item).objgen] for item in outline.root]
    if len(starts) != len(copies) or starts[:1] != [0]:
        raise ValueError(f"{len(starts)} copies in the file, {len(copies)} expected")
    yield from _numbered(copies, starts, len(pdf.pages))


def _numbered(copies: list[Named], starts: list[int], total: int) -> Iterator[PageMark | None]:
    for named, start, end in zip(copies, starts, [*starts[1:], total], strict=True):
        for page in range(start, end):
            yield PageMark(*named, page - start + 1, end - start) if named else None


def _target(item: pikepdf.OutlineItem) -> Any:
    destination = item.destination
    if not isinstance(destination, pikepdf.Array):
        raise ValueError("An entry of the outline leads nowhere")
    return destination[0]


def _drawing(text: str, page: pikepdf.Page) -> bytes:
    """The code as one filled path, on white, outside the tagged content."""
    _left, _bottom, right, top = (float(edge) for edge in page.mediabox)
    rows = list(segno.make(text, error="m", boost_error=False).matrix)
    size = SIDE / len(rows)
    x, y = right - FROM_RIGHT - SIDE, top - FROM_TOP
    squares = "\n".join(
        f"{x + column * size:.3f} {y - (row + 1) * size:.3f} {size:.3f} {size:.3f} re"
        for row, cells in enumerate(rows)
        for column, dark in enumerate(cells)
        if dark
    )
    return f"/Artifact BMC q 0 g\n{squares}\nf Q EMC".encode()
