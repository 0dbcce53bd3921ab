"""Files, zips and folders: what is dangerous is refused before a pupil is read (N1; trust 23, 24, 28, 35)."""

import io
import zipfile
from contextlib import suppress

import pytest

from schools.sources.refusals import DocumentRefused
from schools.sources.sniff import document_from, find_files, read_document
from tests.schools.conftest import DATA


PUPILS = (DATA / "ElevesAvecAdresses.xml").read_bytes()


def zipped(*entries, encrypted=False):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    content = buffer.getvalue()
    if encrypted:  # the flag of the entry, in the local header and in the directory
        for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = content.index(mark) + offset
            content = content[:at] + b"\x01" + content[at + 1 :]
    return content


def refused(name, data):
    with pytest.raises(DocumentRefused) as caught:
        document_from(name, data)
    return caught.value.finding.code


def test_the_root_element_decides_not_the_name_of_the_file():
    assert document_from("anything.xml", PUPILS).root == "BEE_ELEVES"
    assert document_from("renamed.zip", zipped(("x/y/Z.XML", PUPILS))).root == "BEE_ELEVES"


def test_a_zip_made_again_on_a_mac_is_read():
    data = zipped(("ElevesAvecAdresses.xml", PUPILS), ("__MACOSX/._ElevesAvecAdresses.xml", b"\0"))
    assert document_from("a.zip", data).data == PUPILS


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ((), "zip_content"),
        ((("a.xml", PUPILS), ("b.xml", PUPILS)), "zip_content"),
        ((("inner.zip", b"PK"),), "zip_content"),
        ((("../../etc/a.xml", PUPILS),), "zip_content"),
        ((("/etc/a.xml", PUPILS),), "zip_content"),
        ((("..\\a.xml", PUPILS),), "zip_content"),
        ((("bomb.xml", b"<a>" + b" " * 50_000_000),), "too_big"),
    ],
)
def test_a_zip_that_is_not_one_xml_file_is_refused(entries, code):
    assert refused("a.zip", zipped(*entries)) == code


def test_a_locked_zip_is_refused():
    assert refused("a.zip", zipped(("a.xml", PUPILS), encrypted=True)) == "zip_encrypted"


def test_a_damaged_zip_is_refused():
    content = zipped(("a.xml", PUPILS))
    assert refused("a.zip", content[: len(content) // 2]) == "bad_zip"


def test_a_zip_with_any_one_byte_wrong_is_read_or_refused():
    """A transfer that spoiled one file must not stop a region's night."""
    content = zipped(("a.xml", PUPILS))
    for at in range(len(content)):
        spoiled = bytearray(content)
        spoiled[at] ^= 0xFF
        with suppress(DocumentRefused):  # any other error would fail this test
            document_from("a.zip", bytes(spoiled))


def test_a_zip_that_lies_about_its_size_is_refused():
    content = bytearray(zipped(("a.xml", PUPILS)))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = (100).to_bytes(4, "little")
    assert refused("a.zip", bytes(content)) == "bad_zip"


@pytest.mark.parametrize("name", ["bad_xxe.xml", "bad_doctype_billion_laughs.xml"])
def test_a_document_type_is_refused_before_its_entities_are_read(name):
    assert refused(name, (DATA / name).read_bytes()) == "doctype"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-15"])
def test_a_document_type_is_refused_in_any_encoding(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE BEE_ELEVES><BEE_ELEVES/>'
    assert refused("a.xml", text.encode(encoding)) == "doctype"


def test_an_error_document_is_never_an_empty_school():
    body = b"<erreur><code>ERREUR_TRAITEMENT</code><type>METIER</type></erreur>"
    assert refused("a.xml", body) == "source_error"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "bad_xml"),
        (b"not xml at all", "bad_xml"),
        (b'<?xml version="1.0" encoding="klingon"?><BEE_ELEVES/>', "unknown_encoding"),
    ],
)
def test_what_is_not_xml_is_refused(data, code):
    assert refused("a.xml", data) == code


def test_another_kind_of_file_is_refused():
    assert refused("eleves.docx", b"\xd0\xcf\x11") == "wrong_kind"
    assert refused("eleves.xls", b"\xd0\xcf\x11\xe0") == "old_format"


def test_a_byte_order_mark_left_by_an_editor_is_harmless():
    text = PUPILS.decode("iso-8859-15").replace("ISO-8859-15", "UTF-8")
    assert document_from("a.xml", text.encode("utf-8-sig")).root == "BEE_ELEVES"


def test_a_folder_gives_its_files_in_order_and_an_empty_one_says_so(tmp_path):
    with pytest.raises(DocumentRefused):
        list(find_files([tmp_path]))
    for name in ("b.zip", "a.xml", "note.txt", ".hidden.xml"):
        (tmp_path / name).write_bytes(PUPILS)
    assert [path.name for path in find_files([tmp_path])] == ["a.xml", "b.zip"]
    assert read_document(tmp_path / "a.xml").root == "BEE_ELEVES"
