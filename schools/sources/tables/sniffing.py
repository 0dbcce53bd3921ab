"""Is this a table? By its first bytes and its name; a workbook is looked into before anything opens it."""

from __future__ import annotations

import io
import zipfile
from xml.parsers import expat

from schools.sources.refusals import TOO_BIG, ZIP_ENCRYPTED, DocumentRefused
from schools.sources.rows import CSV_ROOT, XLSX_ROOT
from schools.sources.tables.wording import BAD_TABLE, OLD_FORMAT


TABLE_LIMIT = 20 * 1024 * 1024  # bytes; 5,000 pupils weigh about 2 MB
UNZIPPED_LIMIT = 150 * 1024 * 1024
ENTRY_LIMIT = 500
_BOOK, _OPEN_DOCUMENT = "xl/workbook.xml", "content.xml"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_PROLOG = 65_536


def table_root(name: str, data: bytes) -> str:
    """The root of a table, or "" for what is none. Raises DocumentRefused for a table that must not be opened."""
    ending = name.lower().rpartition(".")[2]
    if data[:4] == _OLD_EXCEL or ending in {"xls", "ods"}:
        raise DocumentRefused(OLD_FORMAT.at(name))
    if data[:2] == b"PK" and ending != "zip":
        root = _workbook_root(name, data)
    elif ending == "xlsx":
        raise DocumentRefused(BAD_TABLE.at(name))
    else:
        root = CSV_ROOT if ending in {"csv", "txt", "tsv"} else ""
    if root and len(data) > TABLE_LIMIT:
        raise DocumentRefused(TOO_BIG.at(name))
    return root


def _workbook_root(name: str, data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if _BOOK not in names:
                return _other_zip(name, names)
            _refuse_bombs(name, archive)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError) as error:
        if name.lower().endswith(".xlsx"):
            raise DocumentRefused(BAD_TABLE.at(name)) from error
        return ""
    return XLSX_ROOT


def _other_zip(name: str, names: set[str]) -> str:
    if _OPEN_DOCUMENT in names:
        raise DocumentRefused(OLD_FORMAT.at(name))
    if name.lower().endswith(".xlsx"):
        raise DocumentRefused(BAD_TABLE.at(name))
    return ""


def _refuse_bombs(name: str, archive: zipfile.ZipFile) -> None:
    """The sizes an archive declares bound what it unpacks to: zipfile stops there. No document type in any part."""
    entries = archive.infolist()
    if len(entries) > ENTRY_LIMIT or sum(entry.file_size for entry in entries) > UNZIPPED_LIMIT:
        raise DocumentRefused(TOO_BIG.at(name))
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise DocumentRefused(ZIP_ENCRYPTED.at(name))
        if entry.filename.endswith((".xml", ".rels")):
            with archive.open(entry) as part:
                _refuse_doctype(name, part.read(_PROLOG))


def _refuse_doctype(name: str, start: bytes) -> None:
    """Entities are declared before the root element: where none stands in the first signs, nothing more is read."""
    roots: list[str] = []

    def on_doctype(*_declaration: object) -> None:
        raise DocumentRefused(BAD_TABLE.at(name))

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = on_doctype
    parser.StartElementHandler = lambda tag, _attributes: roots.append(tag)
    try:
        parser.Parse(start, False)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise DocumentRefused(BAD_TABLE.at(name)) from error
    if not roots:
        raise DocumentRefused(BAD_TABLE.at(name))
