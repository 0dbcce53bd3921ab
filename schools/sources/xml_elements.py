"""The elements of an XML document, by name: the document is read to its end, and nothing outside it is ever looked for.

A document of ordinary size is made a tree at once by Python's own parser: its elements are plain objects, and reading
each child of each of them takes half the time that lxml takes. A tree is some fifty times as large as its bytes when
somebody wants it so: a large document is read an element at a time, by lxml.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, TypeAlias
from xml.etree import ElementTree

from lxml import etree

from schools.sources.prolog import root_element
from schools.sources.refusals import BAD_XML, DOCTYPE, UNKNOWN_ENCODING, DocumentRefused
from schools.sources.rows import Document


Element: TypeAlias = ElementTree.Element | etree._Element
"""What both ways give; readers ask only what both answer: tag, text, children, `get`, `find`, `iterfind`."""

LARGE = 2 * 1024 * 1024  # bytes: the documents of a school of 2,000 pupils
DEPTH = 256  # elements one in the other
_SIP = 4096  # bytes
_ALONE: dict[str, Any] = {
    "load_dtd": False,
    "no_network": True,
    "resolve_entities": False,
    "collect_ids": False,
}


def elements(document: Document, *tags: str) -> Iterator[Element]:
    """Those so named, outermost first. A document cut short gives none, or all that was read before it is refused.

    Raises DocumentRefused; the document type is refused again here.
    """
    if len(document.data) > LARGE:
        yield from first_elements(document, *tags)
        return
    root_element(document.name, document.data)
    with _refusing(document.name):
        root = ElementTree.fromstring(document.data)  # noqa: S314 - no document type, hence no entity
    yield from _named(document.name, root, tags)


def first_elements(document: Document, *tags: str) -> Iterator[Element]:
    """The same, one at a time and emptied afterwards: for whoever stops at the first, or has only the beginning."""
    with _refusing(document.name):
        events = etree.iterparse(_Sips(document.data), events=("end",), tag=tags, **_ALONE)
        for _event, element in events:
            yield element
            element.clear()
        _refuse_type(document.name, events.root)


def _named(name: str, root: ElementTree.Element, tags: tuple[str, ...]) -> list[Element]:
    """Level by level; nobody looks for one inside another. As deep as lxml refuses is refused: an export has six."""
    found: list[Element] = []
    level = [root]
    for _depth in range(DEPTH):
        inside = list(chain.from_iterable(level))
        found += [element for element in inside if element.tag in tags]
        level = [element for element in inside if len(element) and element.tag not in tags]
        if not level:
            return found
    raise DocumentRefused(BAD_XML.at(name))


class _Sips(io.BytesIO):
    """Read a little at a time: whoever stops at the first element has paid for no more than its page."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(_SIP if size is None or size < 0 else min(size, _SIP))


def _refuse_type(name: str, root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise DocumentRefused(DOCTYPE.at(name))


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    try:
        yield
    except LookupError as error:
        raise DocumentRefused(UNKNOWN_ENCODING.at(name)) from error
    except (etree.XMLSyntaxError, ElementTree.ParseError) as error:
        raise DocumentRefused(BAD_XML.at(f"{name}, {error.msg}")) from error
