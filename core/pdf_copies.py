"""Named copies of a template: by stencil where that gives exactly what WeasyPrint gives, by WeasyPrint where not.

A stencil is checked when it is made: the first copy, written both ways, must read the same page by page. What a field
cannot hold (a name in another script, one too long) becomes part of the page WeasyPrint lays out.
"""

import hashlib
import json
import logging
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any

import pypdfium2
from django.template.loader import render_to_string

from core.pdf import render_html_pdf
from core.pdf_stamping import StampedFile
from core.pdf_stencils import Stencil, Unsound, cut, mark, qr_png


KEPT = 48  # stencils in memory
log = logging.getLogger(__name__)
_stencils: OrderedDict[str, Stencil | None] = OrderedDict()  # None: not sound, WeasyPrint does it
_lock = RLock()  # neither Pango nor PDFium bears two threads in the same objects


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy. The template sees `shared` (the same for many copies; told apart by `key`), and `f`: the fields.

    Each field stands alone on one line of the template; `qr` is the text of the image `f.qr`, of constant length.
    """

    template: str
    shared: Mapping[str, Any]
    key: str
    fields: Mapping[str, str]
    qr: str
    border: int = 2  # light modules around the code
    literal: frozenset[str] = field(default=frozenset())

    def values(self, *, marked: bool = False) -> dict[str, str]:
        """The fields and the image, or marks in the place of those that are not `literal`."""
        values = dict(self.fields)
        if marked:
            ranks = enumerate(sorted(self.fields))
            values |= {name: mark(rank) for rank, name in ranks if name not in self.literal}
        return {**values, "qr": f"data:image/png;base64,{b64encode(qr_png(self.qr, self.border)).decode()}"}

    def html(self, *, marked: bool = False) -> str:
        return render_to_string(self.template, {**self.shared, "f": self.values(marked=marked)})


def render_copy(copy: Copy) -> bytes:
    """One document, tagged."""
    with _lock:
        found = _fitting(copy)
        return _stamped([found]) if found else render_html_pdf(copy.html())


def render_copies(copies: Iterable[Copy]) -> tuple[bytes, list[int]] | None:
    """One file with all the copies in order, titled as the first, and how many pages each has.

    None when one of them has no sound stencil.
    """
    with _lock:
        found = [_fitting(copy) for copy in copies]
        sound = [one for one in found if one]
        if len(sound) < len(found):
            return None
        return _stamped(sound), [len(stencil.pages) for stencil, _copy, _drawn in sound]


Fitting = tuple[Stencil, Copy, list[bytes]]


def _stamped(found: list[Fitting]) -> bytes:
    file = StampedFile()
    for stencil, copy, drawn in found:
        file.add(stencil, drawn, copy.qr, copy.border)
    stencil, copy, _drawn = found[0]
    return file.finish(stencil, copy.fields)


def _fitting(copy: Copy) -> Fitting | None:
    """A checked stencil for this copy, made if need be, with what to draw in it."""
    stencil = _stencil(copy)
    if stencil is None:
        return None
    drawn, misfits = stencil.fill(copy.fields)
    if not misfits:
        return stencil, copy, drawn
    literal = copy.literal | misfits
    return _fitting(replace(copy, literal=literal))


def _stencil(copy: Copy) -> Stencil | None:
    set_in_page = sorted((name, copy.fields[name]) for name in copy.literal)
    key = json.dumps([copy.template, copy.key, sorted(copy.fields), len(copy.qr), set_in_page])
    if key not in _stencils:
        _stencils[key] = _made(copy)
        if len(_stencils) > KEPT:
            _stencils.popitem(last=False)
    _stencils.move_to_end(key)
    return _stencils[key]


def _made(copy: Copy) -> Stencil | None:
    try:
        stencil = cut(copy.html(marked=True), sorted(copy.fields), qr=copy.qr, border=copy.border)
        drawn, misfits = stencil.fill(copy.fields)
        if not misfits and page_texts(_stamped([(stencil, copy, drawn)])) != page_texts(
            render_html_pdf(copy.html())
        ):
            raise Unsound("A stamped copy does not read as WeasyPrint's own.")
    except Unsound as reason:
        log.warning("%s is not stamped: %s", copy.template, reason)
        return None
    return stencil


def page_texts(content: bytes) -> list[str]:
    """The text of each page, as a reader finds it."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def key_of(shared: Mapping[str, Any], *, without: str) -> str:
    """What tells shared values apart: all of them but one, long and named by its digest among the others."""
    said = {name: value for name, value in shared.items() if name != without}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
