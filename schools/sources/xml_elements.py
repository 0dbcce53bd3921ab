"""The elements of an XML document, by name: the document is read to its end, and nothing outside it is ever looked for.

A document of ordinary size is made a tree at once, which lxml does in half the time that it takes to tell of each
element. A tree is some thirty times as large as its bytes when somebody wants it so: a large document is read an
element at a time.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lxml import etree

from schools.sources.refusals import BAD_XML, DOCTYPE, UNKNOWN_ENCODING, DocumentRefused
from schools.sources.rows import Document


LARGE = 2 * 1024 * 1024  # bytes: the documents of a school of 2,000 pupils
_SIP = 4096  # bytes
_ALONE: dict[str, Any] = {
    "load_dtd": False,
    "no_network": True,
    "resolve_entities": False,
    "collect_ids": False,
}


def elements(document: Document, *tags: str) -> Iterator[etree._Element]:
    """Those so named, in their order. A document cut short gives none, or all that was read before it is refused.

    Raises DocumentRefused; the document type is refused again here.
    """
    if len(document.data) > LARGE:
        yield from first_elements(document, *tags)
        return
    with _refusing(document.name):
        root = etree.fromstring(document.data, etree.XMLParser(**_ALONE))
        _refuse_type(document.name, root)
    yield from root.iter(*tags)


def first_elements(document: Document, *tags: str) -> Iterator[etree._Element]:
    """The same, one at a time and emptied afterwards: for whoever stops at the first, or has only the beginning."""
    with _refusing(document.name):
        events = etree.iterparse(_Sips(document.data), events=("end",), tag=tags, **_ALONE)
        for _event, element in events:
            yield element
            element.clear()
        _refuse_type(document.name, events.root)


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
    except etree.XMLSyntaxError as error:
        raise DocumentRefused(BAD_XML.at(f"{name}, {error.msg}")) from error
