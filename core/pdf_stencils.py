"""Cutting WeasyPrint's own tagged PDF where its fields are, so that many copies can be written without it.

WeasyPrint lays a page out once; then only the named glyphs and the QR code change. A field's new glyphs are drawn by
WeasyPrint's own text painter in the field's own style, so they are those it would have drawn. A value that does not
fit its line, or needs a glyph that is not embedded, is refused: the caller has it set in the page itself. Fields stand
alone on one line, aligned left. `core.pdf_stamping` writes the copies.
"""

import io
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pikepdf
import segno
from PIL import Image
from weasyprint.draw.text import draw_first_line
from weasyprint.formatting_structure.boxes import BlockContainerBox, TextBox
from weasyprint.matrix import Matrix
from weasyprint.pdf.stream import Stream
from weasyprint.text.ffi import FROM_UNITS, pango
from weasyprint.text.line_break import create_layout

from core.pdf import page_of


QR_MASK = 4  # fixed: as readable, and six times cheaper than looking for the best one
# what people and places are named with: Latin, its accents, common signs
REPERTOIRE = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0xAD), *range(0xAE, 0x100)])).replace("µ", "")
REPERTOIRE += "ĀāĂăĄąĆćĊċČčĎďĐđĒēĖėĘęĚěĞğĠġĢģĦħĪīĮįİıĶķĹĺĻļĽľŁłŃńŅņŇňŐőŒœŔŕŘřŚśŞşŠšŢţŤťŪūŮůŰűŲųŴŵŶŷŸŹźŻżŽž"
REPERTOIRE += "ȘșȚțẀẁẂẃẄẅ–—‘’“”…€"
SPACES = re.compile(r"[ \t\n\r\f]+")  # what a page folds into one space
REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
SHOWN = re.compile(rb"/(\S+) \S+ Tf|<([0-9a-f]+)>")
NUMBER = b"%08d"  # always as wide: places inside a stream of objects are the same for each copy


class Unsound(Exception):
    """The PDF is not built as this module expects: nothing is stamped, WeasyPrint does it all."""


def mark(rank: int) -> str:
    """What stands for a field in the page laid out once: short, so that it fits wherever a value would."""
    return f"@@{chr(ord('a') + rank)}"


def qr_rows(text: str, border: int) -> list[bytes]:
    """The modules of a QR code with `border` light ones around: a row of 0 (dark) and 1 (light) each."""
    code = segno.make(text, error="m", mask=QR_MASK, micro=False, boost_error=False)
    return [bytes(not module for module in row) for row in code.matrix_iter(border=border)]


def qr_png(text: str, border: int) -> bytes:
    """The same code, one pixel a module, for WeasyPrint."""
    rows, out = qr_rows(text, border), io.BytesIO()
    pixels = b"".join(rows).replace(b"\1", b"\xff")
    Image.frombytes("L", (len(rows), len(rows)), pixels).save(out, "PNG")
    return out.getvalue()


@dataclass(slots=True)
class Slot:
    """A field in the page: how it is styled, how wide its line is, and what WeasyPrint wrote for its mark."""

    name: str
    style: Any
    width: float
    page: int
    shown: bytes = b""
    font: bytes = b""


@dataclass(slots=True)
class Piece:
    """An object to write: `text` has a number for each of `targets`; `data` follows when it is a stream."""

    text: bytes
    targets: list[Any]
    data: bytes | None = None


@dataclass(slots=True, eq=False)
class Stencil:
    """One layout, cut. `shared` objects are written once in a file, `copied` for each copy, by key."""

    document: Any
    slots: list[Slot]
    shared: dict[Any, Piece] = field(default_factory=dict)
    copied: dict[Any, Piece] = field(default_factory=dict)
    pages: list[Any] = field(default_factory=list)
    tops: list[Any] = field(default_factory=list)
    nums: list[list[Any]] = field(default_factory=list)
    embedded: dict[bytes, set[bytes]] = field(default_factory=dict)
    title: str = ""
    xmp: str = ""
    lang: str = "fr"
    qr_size: int = 0

    def draw(self, slot: Slot, text: str) -> tuple[bytes, float]:
        """WeasyPrint's operators for a text in the style of a field, and its width in CSS pixels."""
        layout = create_layout(text, slot.style, None, None, 0)
        stream = Stream(self.document.fonts, (0, 0, 1, 1), {}, {}, None, {}, None)
        box = SimpleNamespace(text=text, style=slot.style, pango_layout=layout)
        draw_first_line(stream, box, "clip", "none", Matrix(d=-1))
        line, _rest = layout.get_first_line()
        pango.pango_layout_line_get_extents(line, stream.ink_rect, stream.logical_rect)
        return b"\n".join(stream.stream[1:]), stream.logical_rect.width * FROM_UNITS

    def fill(self, values: Mapping[str, str]) -> tuple[list[bytes], set[str]]:
        """The operators of each field, and the fields whose value WeasyPrint must set itself."""
        drawn, misfits = [], set()
        for slot in self.slots:
            text = values[slot.name]
            operators, width = self.draw(slot, text) if text.strip() else (b"", 0)
            if (
                text != SPACES.sub(" ", text).strip(" ")
                or width > slot.width - 0.5
                or not self._has_glyphs(operators)
            ):
                misfits.add(slot.name)
            drawn.append(operators + slot.font)
        return drawn, misfits

    def _has_glyphs(self, operators: bytes) -> bool:
        known: set[bytes] = set()
        for font, glyphs in SHOWN.findall(operators):
            if font:
                known = self.embedded.get(font, set())
            elif not {glyphs[i : i + 4] for i in range(0, len(glyphs), 4)} <= known:
                return False
        return True


def cut(html: str, names: list[str], *, qr: str = "", border: int = 2) -> Stencil:
    """Lay out a page holding `mark(rank)` for each name (and the PNG of `qr`), and cut it. Raises Unsound."""
    document = page_of(html)
    stencil = Stencil(document, list(_slots(document, names)))
    for slot in stencil.slots:
        operators, _width = stencil.draw(slot, mark(names.index(slot.name)))
        slot.font, _newline, slot.shown = operators.partition(b"\n")
        slot.font = b"\n" + slot.font
        stencil.draw(slot, REPERTOIRE)  # its glyphs are embedded with those of the page
    content = document.write_pdf(pdf_variant="pdf/ua-1")
    for font in document.fonts.values():
        known = stencil.embedded.setdefault(font.hash.encode(), set())
        known |= {b"%04x" % glyph for glyph in font.to_unicode}
    with pikepdf.open(io.BytesIO(content)) as pdf:
        _Cutter(pdf, stencil).cut(len(qr_rows(qr, border)) if qr else 0)
    return stencil


def _slots(document: Any, names: list[str]) -> Iterator[Slot]:
    wanted = {mark(rank): name for rank, name in enumerate(names)}
    for number, page in enumerate(document.pages):
        for box, block in _texts(page._page_box, None):
            if box.text in wanted:
                yield Slot(
                    wanted[box.text],
                    box.style,
                    block.width - (box.position_x - block.content_box_x()),
                    number,
                )
            elif "@@" in box.text:
                raise Unsound(f"A field does not stand alone: {box.text!r}.")


def _texts(box: Any, block: Any) -> Iterator[tuple[Any, Any]]:
    """Each text box with the block that holds its line, in the order they are painted."""
    if isinstance(box, TextBox):
        yield box, block
    inner = box if isinstance(box, BlockContainerBox) else block
    for child in getattr(box, "children", ()):
        yield from _texts(child, inner)


class _Cutter:
    """Sorts the objects of one PDF of WeasyPrint's into those written once and those written for each copy."""

    def __init__(self, pdf: pikepdf.Pdf, stencil: Stencil) -> None:
        self.pdf, self.stencil = pdf, stencil
        self.tree = pdf.Root.StructTreeRoot
        self.top = self.tree.K[0].objgen[0]

    def cut(self, qr_size: int) -> None:
        stencil, pdf = self.stencil, self.pdf
        stencil.qr_size = qr_size
        stencil.title, stencil.lang = str(pdf.docinfo.get("/Title", "")), str(pdf.Root.Lang)
        stencil.xmp = pdf.Root.Metadata.read_bytes().decode()
        nums = [*self.tree.ParentTree.Nums]
        if nums[::2] != [*range(len(pdf.pages))]:
            raise Unsound("The parent tree has more than the pages.")
        stencil.nums = [[element.objgen[0] for element in row] for row in nums[1::2]]
        stencil.tops = [element.objgen[0] for element in self.tree.K[0].K]
        for elements in (self.tree.K[0].K, *nums[1::2]):
            for element in elements:
                self._element(element)
        code = self._code(qr_size) if qr_size else None
        for number, page in enumerate(pdf.pages):
            self._page(page.obj, number, code)
        for piece in [*stencil.copied.values()]:
            self._share(piece)

    def _element(self, element: Any) -> None:
        key = element.objgen[0]
        if key in self.stencil.copied:
            return
        self.stencil.copied[key] = self._piece(element)
        if element.P.objgen[0] != self.top:  # margin boxes: in the parent tree, not in the tree of tags
            self._element(element.P)
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                self._element(kid)

    def _code(self, size: int) -> Any:
        """The one image of that size: the QR code, drawn anew for each copy through resources of its own."""
        resources = self.pdf.pages[0].obj.Resources
        found = [
            name
            for name, image in resources.XObject.items()
            if image.get("/Width") == image.get("/Height") == size
        ]
        if len(found) != 1:
            raise Unsound(f"{len(found)} images look like the QR code.")
        return resources.XObject[found[0]].objgen[0], resources.objgen[0]

    def _page(self, page: Any, number: int, code: Any) -> None:
        stencil, content = self.stencil, page.Contents
        key, drawn = page.objgen[0], content.read_bytes()
        slots = [(rank, slot) for rank, slot in enumerate(stencil.slots) if slot.page == number]
        parts: list[Any] = [] if slots else [content.objgen[0]]
        for rank, slot in slots:
            before, found, drawn = drawn.partition(slot.shown)
            if not found:
                raise Unsound(f"The mark of {slot.name} is not drawn as expected.")
            parts += [self._static(before), ("hole", rank)]
        if slots:
            parts.append(self._static(drawn))
        for name in ("/Contents", "/Parent", "/StructParents"):
            del page[name]
        piece = self._piece(page)
        text = piece.text.rstrip().removesuffix(b">>")
        text += b"/Parent %s 0 R/StructParents %s/Contents[%s]>>" % (
            NUMBER,
            NUMBER,
            b" ".join([NUMBER + b" 0 R"] * len(parts)),
        )
        stencil.copied[key] = Piece(text, [*piece.targets, "pages", ("key", number), *parts])
        stencil.pages.append(key)
        if code and code[1] not in stencil.copied:
            resources = self._piece(page.Resources)
            if code[0] not in resources.targets:
                raise Unsound("The QR code is not in the resources of the page.")
            resources.targets = ["qr" if target == code[0] else target for target in resources.targets]
            stencil.copied[code[1]] = resources

    def _static(self, content: bytes) -> Any:
        key = ("part", len(self.stencil.shared))
        data = zlib.compress(content)
        self.stencil.shared[key] = Piece(b"<</Filter/FlateDecode/Length %d>>" % len(data), [], data)
        return key

    def _piece(self, thing: Any) -> Piece:
        is_stream = isinstance(thing, pikepdf.Stream)
        text = (thing.stream_dict if is_stream else thing).unparse(resolved=True)
        targets: list[Any] = [int(number) for number in REFERENCE.findall(text)]
        targets = ["top" if target == self.top else target for target in targets]
        text = REFERENCE.sub(NUMBER + b" 0 R", text.replace(b"%", b"%%"))
        return Piece(text, targets, thing.read_raw_bytes() if is_stream else None)

    def _share(self, piece: Piece) -> None:
        for key in piece.targets:
            if isinstance(key, int) and key not in self.stencil.copied and key not in self.stencil.shared:
                self.stencil.shared[key] = shared = self._piece(self.pdf.get_object(key, 0))
                self._share(shared)
