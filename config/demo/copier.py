"""A pile of conventions as a school's copier sends it: printed, signed with a pen, put through in one go."""

import io
from collections.abc import Iterable

import pikepdf
import pypdfium2
import zxingcpp

from loans.documents import render_paper_pdf
from loans.models import Convention
from loans.scans.marks import reference_of_box
from loans.scans.reading import BOX_LEFT


SEEN = 2  # pixels a point: fine enough for the codes
STROKE = ((0.0, 0.9), (0.5, 0.2), (0.8, 0.8), (1.3, 0.1), (1.7, 0.9), (2.6, 0.3), (3.4, 0.7))
"""A signature, in sides of the code beside the box: to the right, downwards."""


def signed_pile(conventions: Iterable[Convention], *, unsigned: Iterable[Convention]) -> bytes:
    """These conventions in one file, each with a stroke of the pen in its box, but the `unsigned`."""
    content = render_paper_pdf(list(conventions))
    skipped = {convention.reference for convention in unsigned}
    with pikepdf.open(io.BytesIO(content)) as pdf, pypdfium2.PdfDocument(content) as seen:
        for page, image in zip(pdf.pages, seen, strict=True):
            if box := _box_of(image, skipped):
                page.contents_add(_pen(*box, height=float(page.mediabox[3])), prepend=False)
        pile = io.BytesIO()
        pdf.save(pile)
    return pile.getvalue()


def _box_of(page: pypdfium2.PdfPage, skipped: set[str]) -> tuple[float, float, float] | None:
    """Where the pen begins, and the side of the code, in points from the page's upper left corner."""
    image = page.render(scale=SEEN, grayscale=True).to_pil()
    for code in zxingcpp.read_barcodes(image):
        reference = reference_of_box(code.text)
        if reference and reference not in skipped:
            corner, right = code.position.top_left, code.position.top_right
            side = (right.x - corner.x) / SEEN
            return right.x / SEEN + side * (BOX_LEFT + 0.5), right.y / SEEN + side * 0.5, side
    return None


def _pen(x: float, y: float, side: float, *, height: float) -> bytes:
    points = [f"{x + side * across:.1f} {height - y - side * down:.1f}" for across, down in STROKE]
    return f"q 1.4 w 1 J 1 j 0.1 0.1 0.4 RG {points[0]} m {' l '.join(points[1:])} l S Q".encode()
