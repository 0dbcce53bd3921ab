"""Writing many copies of stencils into one PDF: pages and tags again for each copy, fonts and the rest of it once.

Objects of a copy go into one compressed stream, by one formatting of bytes; see `core.pdf_stencils` for what is cut.
"""

import io
import os
import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from core.pdf_stencils import Stencil, mark, qr_rows


ROOTS = {"catalog": 1, "pages": 2, "tree": 3, "document": 4, "parents": 5, "xmp": 6, "info": 7}


class StampedFile:
    """A PDF being written: copies are added, of one stencil or several, then `finish` gives the bytes."""

    def __init__(self) -> None:
        self.out = io.BytesIO()
        self.out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self.entries: dict[int, bytes] = {0: struct.pack(">BIH", 0, 0, 65535)}
        self.last = max(ROOTS.values())
        self.known: dict[Stencil, dict[Any, int]] = {}
        self.pages: list[int] = []
        self.parts: list[int] = []
        self.kids: list[tuple[int, int, bytes]] = []

    def add(self, stencil: Stencil, drawn: list[bytes], qr: str = "", border: int = 2) -> None:
        """One more copy; `drawn` is what `Stencil.fill` gave."""
        shared = self._shared(stencil)
        lookup = dict(shared)
        for rank, operators in enumerate(drawn):
            lookup["hole", rank] = self._stream(b"<</Length %d>>" % len(operators), operators)
        if stencil.qr_size:
            lookup["qr"] = self._code(qr_rows(qr, border))
        first = self.last + 1
        lookup |= {key: first + rank for rank, key in enumerate(stencil.copied)}
        self.last = lookup["top"] = first + len(stencil.copied)
        key = len(self.pages)
        lookup |= {("key", rank): key + rank for rank in range(len(stencil.pages))}
        part = b"<</Type/StructElem/S/Part/P 4 0 R/K[%s]>>" % _references(lookup, stencil.tops)
        pieces = [
            piece.text % tuple([lookup[to] for to in piece.targets]) for piece in stencil.copied.values()
        ]
        self._objects([*range(first, self.last + 1)], [*pieces, part])
        self.pages += [lookup[page] for page in stencil.pages]
        self.parts.append(self.last)
        rows = (b"%d[%s]" % (key + rank, _references(lookup, row)) for rank, row in enumerate(stencil.nums))
        self.kids.append((key, len(self.pages) - 1, b"".join(rows)))

    def finish(self, stencil: Stencil, values: Mapping[str, str]) -> bytes:
        """The file; its title and metadata are the stencil's, with these values."""
        title, xmp = stencil.title, stencil.xmp
        for rank, name in enumerate(sorted(values)):
            title = title.replace(mark(rank), values[name])
            xmp = xmp.replace(mark(rank), escape(values[name]))
        self._stream(
            b"<</Type/Metadata/Subtype/XML/Length %d>>" % len(xmp.encode()), xmp.encode(), ROOTS["xmp"]
        )
        parents = b"<</Nums[%s]>>" % self.kids[0][2]
        if len(self.kids) > 1:
            names = range(self.last + 1, self.last + 1 + len(self.kids))
            kids = [b"<</Limits[%d %d]/Nums[%s]>>" % kid for kid in self.kids]
            self.last += len(kids)
            for start in range(0, len(kids), 200):
                self._objects([*names[start : start + 200]], kids[start : start + 200])
            parents = b"<</Kids[%s]>>" % _list(names)
        catalog = (
            b"<</Type/Catalog/Pages 2 0 R/StructTreeRoot 3 0 R/Metadata 6 0 R/Lang(%s)"
            % stencil.lang.encode()
        )
        roots = [
            catalog + b"/MarkInfo<</Marked true>>/ViewerPreferences<</DisplayDocTitle true>>>>",
            b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(self.pages), _list(self.pages)),
            b"<</Type/StructTreeRoot/K[4 0 R]/ParentTree 5 0 R/ParentTreeNextKey %d>>" % len(self.pages),
            b"<</Type/StructElem/S/Document/P 3 0 R/K[%s]>>" % _list(self.parts),
            parents,
            b"<</Producer(WeasyPrint)/Title<feff%s>>>" % title.encode("utf-16-be").hex().encode(),
        ]
        self._objects([1, 2, 3, 4, 5, 7], roots)
        return self._close()

    def _shared(self, stencil: Stencil) -> dict[Any, int]:
        if stencil not in self.known:
            first = self.last + 1
            numbers: dict[Any, int] = {key: first + rank for rank, key in enumerate(stencil.shared)} | ROOTS
            self.last += len(stencil.shared)
            for key, piece in stencil.shared.items():
                text = piece.text % tuple([numbers[to] for to in piece.targets])
                self._stream(text, piece.data, numbers[key])
            self.known[stencil] = numbers
        return self.known[stencil]

    def _code(self, rows: list[bytes]) -> int:
        width = -(-len(rows) // 8)
        bits = (int(row.translate(b"01" + bytes(254)).ljust(8 * width, b"0"), 2) for row in rows)
        data = zlib.compress(b"".join(value.to_bytes(width, "big") for value in bits), 1)
        kind = b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 1"
        return self._stream(
            (kind + b"/Filter/FlateDecode/Length %d>>") % (len(rows), len(rows), len(data)), data
        )

    def _stream(self, text: bytes, data: bytes | None, number: int = 0) -> int:
        if not number:
            self.last += 1
        number = number or self.last
        self.entries[number] = struct.pack(">BIH", 1, self.out.tell(), 0)
        body = b"" if data is None else b"\nstream\n%s\nendstream" % data
        self.out.write(b"%d 0 obj\n%s%s\nendobj\n" % (number, text, body))
        return number

    def _objects(self, numbers: list[int], texts: list[bytes]) -> None:
        """Several objects in one compressed stream."""
        head, place = [], 0
        for number, text in zip(numbers, texts, strict=True):
            head.append(b"%d %d" % (number, place))
            place += len(text) + 1
        start = b" ".join(head) + b"\n"
        data = zlib.compress(start + b"\n".join(texts), 3)
        kind = b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>"
        holder = self._stream(kind % (len(numbers), len(start), len(data)), data)
        self.entries |= {number: struct.pack(">BIH", 2, holder, rank) for rank, number in enumerate(numbers)}

    def _close(self) -> bytes:
        place, self.last = self.out.tell(), self.last + 1
        self.entries[self.last] = struct.pack(">BIH", 1, place, 0)
        table = zlib.compress(b"".join(self.entries[number] for number in range(self.last + 1)))
        identity = os.urandom(16).hex().encode()
        text = (
            b"<</Type/XRef/Size %d/W[1 4 2]/Root 1 0 R/Info 7 0 R/ID[<%s><%s>]/Filter/FlateDecode/Length %d>>"
        )
        text %= (self.last + 1, identity, identity, len(table))
        self.out.write(b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (self.last, text, table))
        self.out.write(b"startxref\n%d\n%%%%EOF\n" % place)
        return self.out.getvalue()


def _references(lookup: Mapping[Any, int], keys: list[Any]) -> bytes:
    return _list([lookup[key] for key in keys])


def _list(numbers: Iterable[int]) -> bytes:
    return b" ".join([b"%d 0 R" % number for number in numbers])
