"""The requests of an AAF document: « add », « modify » or « delete » this person, structure or study code.

    <addRequest>
      <operationalAttributes><attr name="categoriePersonne"><value>Eleve</value></attr></operationalAttributes>
      <identifier><id>5100001</id></identifier>
      <attributes><attr name="sn"><value>LEFÈVRE</value></attr>…</attributes>
    </addRequest>

A modification holds <modifications><modification name="…" operation="replace"> instead of attributes, and only what
changes. Source: ficAlimMENESR.dtd of the SDET, which a document names and which is never loaded.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from schools.sources.refusals import BAD_XML, DOCTYPE, ENTITY, UNKNOWN_ENCODING, DocumentRefused
from schools.sources.rows import Document
from schools.sources.values import number, text


PUPIL, GUARDIAN, STRUCTURE, STUDY = "Eleve", "PersRelEleve", "EtabEducNat", "Mef"
_TAGS = ("addRequest", "modifyRequest", "deleteRequest")
_FOREIGN_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")


@dataclass(frozen=True, slots=True)
class Request:
    """What one request says; `xml` is the request itself, where it is to be kept."""

    category: str
    id: str
    is_deletion: bool
    attributes: dict[str, list[str]]
    xml: bytes

    def one(self, name: str) -> str:
        """The first value of an attribute, "" for none."""
        return next((found for value in self.attributes.get(name, ()) if (found := text(value))), "")

    def all(self, name: str) -> list[str]:
        return [found for value in self.attributes.get(name, ()) if (found := text(value))]


def read_requests(document: Document, *, keeps_xml: bool = False) -> Iterator[Request]:
    """The requests of a document, one at a time, in its order. Raises DocumentRefused, at the latest at its end.

    No entity but XML's own five may stand in it: another would be replaced by nothing, without a word.
    """
    name = document.name
    if _FOREIGN_ENTITY.search(document.data):
        raise DocumentRefused(ENTITY.at(name))
    events = etree.iterparse(
        io.BytesIO(document.data),
        events=("end",),
        tag=_TAGS,
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
    )
    try:
        for _event, element in events:
            yield _request(element, keeps_xml)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except LookupError as error:
        raise DocumentRefused(UNKNOWN_ENCODING.at(name)) from error
    except etree.XMLSyntaxError as error:
        raise DocumentRefused(BAD_XML.at(f"{name}, {error.msg}")) from error
    subset = events.root.getroottree().docinfo.internalDTD
    if subset is not None and len(list(subset.iterentities())):
        raise DocumentRefused(DOCTYPE.at(name))


def _request(element: etree._Element, keeps_xml: bool) -> Request:
    category, identifier, attributes = "", "", {}
    for child in element:
        if child.tag == "operationalAttributes":
            category = text(child.findtext("attr/value"))
        elif child.tag == "identifier":
            identifier = number(child.findtext("id"))
        elif child.tag in ("attributes", "modifications"):
            attributes = {one.get("name", ""): [value.text or "" for value in one] for one in child}
    return Request(
        category=category,
        id=identifier,
        is_deletion=element.tag == "deleteRequest",
        attributes=attributes,
        xml=etree.tostring(element, encoding="utf-8", with_tail=False) if keeps_xml else b"",
    )
