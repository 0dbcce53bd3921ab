"""A large document is read an element at a time, an ordinary one at once: both ways say the same (trust 24)."""

import hashlib
from datetime import datetime

import pytest

from schools.fictitious.region import make_region
from schools.fictitious.siecle import write_school
from schools.sources import READERS, xml_elements
from schools.sources.refusals import DocumentRefused
from schools.sources.rows import Document
from schools.sources.sniff import read_document
from schools.sources.xml_elements import elements, first_elements


@pytest.fixture
def documents(tmp_path):
    school = make_region(schools=1, pupils=40, seed=3).schools[0]
    write_school(school, tmp_path, year=2026, at=datetime(2026, 9, 8, 5))
    return [read_document(path) for path in sorted(tmp_path.rglob("*.zip"))]


def document(data: bytes) -> Document:
    return Document("a.xml", "a", data, hashlib.sha256(data).hexdigest())


def test_both_ways_give_the_same_rows(documents, monkeypatch):
    read = [(READERS[one.root].read, one) for one in documents]
    at_once = [reader(one) for reader, one in read]
    monkeypatch.setattr(xml_elements, "LARGE", 0)
    assert [reader(one) for reader, one in read] == at_once
    assert sum(len(roll.pupils) + len(roll.links) for roll in at_once) > 80


@pytest.mark.parametrize("large", [0, 10_000])
@pytest.mark.parametrize(
    "data",
    [
        b"<a><b>1</b><b>2</b>",
        b'<!DOCTYPE a [<!ENTITY e "x">]><a><b>&e;</b></a>',
        b'<?xml version="1.0" encoding="nobody-knows"?><a><b>1</b></a>',
        b"<a>" * 300 + b"<b>1</b>" + b"</a>" * 300,
    ],
    ids=["cut short", "with a document type", "in an unknown encoding", "too deep"],
)
def test_both_ways_refuse_the_same(data, large, monkeypatch):
    monkeypatch.setattr(xml_elements, "LARGE", large)
    with pytest.raises(DocumentRefused):
        list(elements(document(data), "b"))


def test_the_beginning_of_a_document_is_enough_for_its_first_elements():
    assert next(first_elements(document(b"<a><b>1</b><b>2</b>" + b"<c>3</c>" * 9_000), "b")).tag == "b"


def test_a_large_document_is_emptied_as_it_is_read(monkeypatch):
    monkeypatch.setattr(xml_elements, "LARGE", 0)
    read = list(elements(document(b"<a><b><c>1</c></b><b><c>2</c></b></a>"), "b"))
    assert [len(element) for element in read] == [0, 0]
