"""Whether the tags of a PDF hold together, as PDF/UA-1 asks: what a validator checks of the structure."""

from io import BytesIO
from typing import Any

import pikepdf


PAINTING = {"Tj", "TJ", "Do", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh"}


def tag_problems(content: bytes) -> list[str]:
    """Sentences; none when each mark on a page has its element, each element its place, nothing is unmarked."""
    with pikepdf.open(BytesIO(content)) as pdf:
        return [*_document(pdf), *_pages(pdf), *_tree(pdf)]


def _document(pdf: pikepdf.Pdf) -> Any:
    xmp = pdf.Root.Metadata.read_bytes()
    checks = {
        "not marked": bool(pdf.Root.MarkInfo.Marked),
        "no language": bool(str(pdf.Root.Lang)),
        "title not shown": bool(pdf.Root.ViewerPreferences.DisplayDocTitle),
        "no title": bool(str(pdf.docinfo.Title)),
        "no pdfuaid": b"pdfuaid:part" in xmp,
    }
    yield from (sentence for sentence, holds in checks.items() if not holds)
    for font in _fonts(pdf):
        if "/ToUnicode" not in font or "/FontFile2" not in font.DescendantFonts[0].FontDescriptor:
            yield f"font {font.BaseFont} is not embedded or not readable"


def _fonts(pdf: pikepdf.Pdf) -> Any:
    return {font.objgen: font for page in pdf.pages for font in page.Resources.Font.values()}.values()


def parents_of(pdf: pikepdf.Pdf) -> dict[int, Any]:
    """The parent tree as a dictionary."""
    tree = pdf.Root.StructTreeRoot.ParentTree
    nodes = [*tree.Kids] if "/Kids" in tree else [tree]
    return {int(key): row for node in nodes for key, row in zip(*[iter(node.Nums)] * 2, strict=True)}


def _pages(pdf: pikepdf.Pdf) -> Any:
    parents = parents_of(pdf)
    for number, page in enumerate(pdf.pages):
        row = parents.get(int(page.StructParents))
        marks = [mark for problem, mark in _marks(page) if mark is not None]
        yield from (f"page {number}: {problem}" for problem, mark in _marks(page) if mark is None)
        if row is None or sorted(marks) != [*range(len(row))]:
            yield f"page {number}: {len(marks)} marks for {None if row is None else len(row)} elements"
            continue
        for mark, element in enumerate(row):
            own = [kid for kid in element.get("/K", []) if isinstance(kid, int) or "/MCID" in kid]
            ids = [int(kid) if isinstance(kid, int) else int(kid.MCID) for kid in own]
            if mark not in ids or element.Pg.objgen != page.obj.objgen:
                yield f"page {number}: mark {mark} and its element do not name each other"


def _marks(page: pikepdf.Page) -> list[tuple[str, int | None]]:
    """Each MCID met, or a problem without one."""
    found: list[tuple[str, int | None]] = []
    depth = 0
    for operands, operator in pikepdf.parse_content_stream(page):
        word = str(operator)
        if word in ("BDC", "BMC"):
            depth += 1
            if len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary) and "/MCID" in operands[1]:
                found.append(("", int(operands[1].MCID)))
        elif word == "EMC":
            depth -= 1
        elif word in PAINTING and not depth:
            found.append((f"{word} is painted outside of any mark", None))
    return found + ([("marks are not balanced", None)] if depth else [])


def _tree(pdf: pikepdf.Pdf) -> Any:
    waiting, seen = [(pdf.Root.StructTreeRoot, pdf.Root.StructTreeRoot.K)], set()
    while waiting:
        parent, kids = waiting.pop()
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if not isinstance(kid, pikepdf.Dictionary) or "/S" not in kid:
                continue
            if kid.P.objgen != parent.objgen or kid.objgen in seen:
                yield f"element {kid.objgen} has another parent, or two"
            seen.add(kid.objgen)
            waiting.append((kid, kid.get("/K", [])))
