"""A scan → its pages: whose page it is, which way is up, and whether the signature box holds ink. No base here.

Rendered by PDFium, read by ZXing. A copier's page is read at 150 points an inch, then at 300 when no code was found.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import zxingcpp
from django.utils.translation import gettext as _
from PIL import Image

from core.refusals import Refused
from loans.scans.marks import PageMark, read_mark, reference_of_box


PAGES_LIMIT = 2000
COARSE, FINE, SHOWN = 150, 300, 100  # points an inch
LARGEST = 5000  # pixels: a page said to be as large as a wall is read smaller
POINTS = 72
DARK = 150  # of 255; a blue pen on white is well under
BLANK_SHARE = 0.0004  # dust and the shade of a staple
INK_SHARE = 0.004  # of the box: a short signature covers five times more

# The empty part of the signature box, in sides of the code beside it: from the code's right, from its top.
BOX_LEFT, BOX_TOP, BOX_RIGHT, BOX_BOTTOM = (
    0.55,
    0.25,
    7.1,
    1.9,
)  # pdf.scss: 4 mm apart, 100 × 30 mm, code 14 mm
_BOX_PIXELS = (640, 160)
_QR_CODES = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page of a scan. `turn`: degrees clockwise that stand it upright. `is_signed`: None where no box is seen."""

    number: int
    mark: PageMark | None = None
    turn: int = 0
    is_blank: bool = False
    is_signed: bool | None = None


def count_pages(content: bytes) -> int:
    """How many pages there are. Raises Refused: `scan_locked`, `scan_unreadable`, `scan_too_long`, `scan_empty`."""
    with opened(content) as document:
        count = len(document)
    if count == 0:
        raise Refused("scan_empty", _("This scan has no page. Scan the conventions again."))
    if count > PAGES_LIMIT:
        raise Refused(
            "scan_too_long",
            _("This scan has more than %(limit)d pages. Send it in several files.") % {"limit": PAGES_LIMIT},
        )
    return count


def read_pages(content: bytes, *, start: int = 1) -> Iterator[ReadPage]:
    """The pages from `start` (the first is 1), one at a time. Raises what `count_pages` raises."""
    with opened(content) as document:
        for number in range(start, len(document) + 1):
            page = document[number - 1]
            try:
                yield read_page(number, page)
            finally:
                page.close()


def picture_of(content: bytes, number: int, *, turn: int = 0) -> Image.Image:
    """One page as a picture, upright."""
    with opened(content) as document:
        return _render(document[number - 1], SHOWN).rotate(-turn, expand=True)


def opened(content: bytes) -> pypdfium2.PdfDocument:
    """The file as a document: a PDF as it is, a photograph as a document of one page."""
    try:
        if content.startswith(b"%PDF-"):
            return pypdfium2.PdfDocument(content)
        paper = io.BytesIO()
        Image.open(io.BytesIO(content)).convert("L").save(paper, format="PDF", resolution=COARSE)
        return pypdfium2.PdfDocument(paper.getvalue())
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise Refused(
                "scan_locked", _("This file is protected by a password. Scan again without one.")
            ) from error
        raise _unreadable() from error
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise _unreadable() from error


def _unreadable() -> Refused:
    return Refused(
        "scan_unreadable", _("This file cannot be opened: it is damaged. Scan the conventions again.")
    )


def read_page(number: int, page: pypdfium2.PdfPage) -> ReadPage:
    """Look for the codes of one page; a page nobody can render has no code, and is flagged."""
    try:
        image = _render(page, COARSE)
        if _is_blank(image):
            return ReadPage(number, is_blank=True)
        found = _codes(image)
        if not _says_enough(found):
            image = _render(page, FINE)
            found = _codes(image) or found
    except (pypdfium2.PdfiumError, ValueError, MemoryError):
        return ReadPage(number)
    return _understood(number, image, found)


def _says_enough(found: list[zxingcpp.Barcode]) -> bool:
    """A page's code was read; and on the last page of a convention, where the signature is, its box's too."""
    marks = [mark for code in found if (mark := read_mark(code.text))]
    boxes = {reference_of_box(code.text) for code in found}
    return bool(marks) and all(mark.page < mark.pages or mark.reference in boxes for mark in marks)


def _understood(number: int, image: Image.Image, found: list[zxingcpp.Barcode]) -> ReadPage:
    marks = {mark: code for code in found if (mark := read_mark(code.text))}
    if len(marks) != 1:  # none; or a sheet photographed over another one
        return ReadPage(number)
    mark, code = next(iter(marks.items()))
    boxes = [code for code in found if reference_of_box(code.text) == mark.reference]
    return ReadPage(
        number,
        mark,
        turn=_turn(code),
        is_signed=_holds_ink(image, boxes[0]) if boxes else None,
    )


def _render(page: pypdfium2.PdfPage, resolution: int) -> Image.Image:
    scale = min(resolution / POINTS, LARGEST / max(page.get_size()))
    return page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil().convert("L")


def _codes(image: Image.Image) -> list[zxingcpp.Barcode]:
    return list(zxingcpp.read_barcodes(image, formats=_QR_CODES, try_invert=False))


def _dark_share(image: Image.Image) -> float:
    return sum(image.histogram()[:DARK]) / (image.width * image.height)


def _is_blank(image: Image.Image) -> bool:
    """The edge is not looked at: copiers leave a shadow there."""
    edge = min(image.size) // 25
    return _dark_share(image.crop((edge, edge, image.width - edge, image.height - edge))) < BLANK_SHARE


def _turn(code: zxingcpp.Barcode) -> int:
    """Degrees clockwise that bring the code's upper edge to the top."""
    left, right = code.position.top_left, code.position.top_right
    leaning = math.degrees(math.atan2(right.y - left.y, right.x - left.x))
    return round(-leaning / 90) * 90 % 360


def _holds_ink(image: Image.Image, code: zxingcpp.Barcode) -> bool:
    """Whether something is written in the box, found from the corners of the code that stands at its left."""
    corner, right, below = code.position.top_left, code.position.top_right, code.position.bottom_left
    across = (right.x - corner.x, right.y - corner.y)
    down = (below.x - corner.x, below.y - corner.y)

    def at(sideways: float, downwards: float) -> tuple[float, float]:
        return (
            right.x + across[0] * sideways + down[0] * downwards,
            right.y + across[1] * sideways + down[1] * downwards,
        )

    corners = (
        *at(BOX_LEFT, BOX_TOP),
        *at(BOX_LEFT, BOX_BOTTOM),
        *at(BOX_RIGHT, BOX_BOTTOM),
        *at(BOX_RIGHT, BOX_TOP),
    )
    box = image.transform(
        _BOX_PIXELS, Image.Transform.QUAD, corners, resample=Image.Resampling.BILINEAR, fillcolor=255
    )
    return _dark_share(box) > INK_SHARE
