"""Files, zips and folders → documents that are safe to parse, named by their root element and never by their file name.

A document type declaration is refused before the parser sees an entity of it, whatever the encoding: expat tells of
the DOCTYPE before it reads the declarations inside. Nothing is ever unpacked to disk.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from schools.sources.payloads import root_of
from schools.sources.refusals import (
    BAD_XML,
    BAD_ZIP,
    DOCTYPE,
    EMPTY_FOLDER,
    SOURCE_ERROR,
    TOO_BIG,
    UNKNOWN_DOCUMENT,
    UNKNOWN_ENCODING,
    UNREADABLE,
    WRONG_SUFFIX,
    ZIP_CONTENT,
    ZIP_ENCRYPTED,
    DocumentRefused,
)
from schools.sources.rows import Document
from schools.sources.tables.sniffing import table_root


MAX_DOCUMENT_BYTES = 64 * 1024 * 1024  # the largest schools' exports are about 10 MB
MAX_PROLOG_BYTES = 64 * 1024
MAX_BYTES_OF_A_MARK = 1024 * 1024  # a parser keeps a tag, or a text, whole in memory
MAX_ZIP_RATIO = 300  # SIECLE exports shrink 15 to 40 times
MAX_ZIP_ENTRIES = 50
MAX_ZIP_DIRECTORY_BYTES = 64 * 1024  # else counting the entries would cost as much as a bomb
_ENCRYPTED_FLAG = 0x1
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, OSError, ValueError)
_PROLOG_STEP = 4096
_SUFFIXES = (".xml", ".json", ".zip")
_TABLES = {".csv", ".xlsx"}
_UAI = re.compile(r"[0-9]{7}[A-Z]", re.IGNORECASE)
_BLANKS = b"\xef\xbb\xbf \t\r\n"


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and those of the folders named (in order of name, hidden files left out)."""
    for path in paths:
        if path.is_dir():
            inside = [p for p in sorted(path.rglob("*")) if p.is_file() and _is_asked_for(p)]
            inside = [
                p for p in inside if not any(part.startswith(".") for part in p.relative_to(path).parts)
            ]
            if not inside:
                raise DocumentRefused(EMPTY_FOLDER.at(path.name))
            yield from inside
        else:
            yield path


def _is_asked_for(path: Path) -> bool:
    """Tables of all sorts lie in folders: only those that bear a school's number, or lie in its folder, are read."""
    suffix = path.suffix.lower()
    is_named = suffix in _TABLES and any(map(_UAI.search, (path.name, path.parent.name)))
    return suffix in _SUFFIXES or is_named


def read_document(path: Path) -> Document:
    """The document in a file or in a zip of one file. Raises DocumentRefused with what is wrong."""
    try:
        size = path.stat().st_size
        if size > MAX_DOCUMENT_BYTES:
            raise DocumentRefused(TOO_BIG.at(path.name))
        data = path.read_bytes()
    except OSError as error:
        raise DocumentRefused(UNREADABLE.at(path.name)) from error
    return document_from(path.name, data)


def document_from(name: str, data: bytes) -> Document:
    """The document in these bytes, plain or zipped: what an upload page holds."""
    if table := table_root(name, data):
        return Document(name, table, data, hashlib.sha256(data).hexdigest())
    if data[:2] == b"PK":
        data = _unzip(name, data)
    elif not name.lower().endswith(_SUFFIXES):
        raise DocumentRefused(WRONG_SUFFIX.at(name))
    is_json = data[:64].lstrip(_BLANKS)[:1] in (b"[", b"{")
    if not is_json:
        _refuse_giants(name, data)
    root = root_of(name, data) if is_json else root_element(name, data)
    return Document(name, root, data, hashlib.sha256(data).hexdigest())


def _refuse_giants(name: str, data: bytes) -> None:
    """No tag, name or text of an export is a megabyte long; the parser would hold several copies of it."""
    start = 0
    while len(data) - start > MAX_BYTES_OF_A_MARK:
        end = data.rfind(b"<", start, start + MAX_BYTES_OF_A_MARK)
        if end < 0:
            raise DocumentRefused(BAD_XML.at(name))
        start = end + 1


def _unzip(name: str, data: bytes) -> bytes:
    if _has_long_directory(data):
        raise DocumentRefused(ZIP_CONTENT.at(name))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entry = _only_xml(name, archive)
            with archive.open(entry) as stream:
                # The declared size may lie: read one byte more than it and no further.
                unzipped = stream.read(entry.file_size + 1)
    except _DAMAGED as error:
        raise DocumentRefused(BAD_ZIP.at(name)) from error
    if len(unzipped) != entry.file_size:
        raise DocumentRefused(BAD_ZIP.at(name))
    return unzipped


def _has_long_directory(data: bytes) -> bool:
    """By the record at the end of a zip, wherever it hides in the last 64 KB; a zip of over 4 GB is none of ours."""
    tail = data[-(22 + 20 + 65_535) :]
    ends = [found.start() for found in re.finditer(rb"PK\x05\x06", tail)]
    sizes = [int.from_bytes(tail[end + 12 : end + 16], "little") for end in ends]
    is_giant = any(tail[max(0, end - 20) : end].startswith(b"PK\x06\x07") for end in ends)
    return is_giant or max(sizes, default=0) > MAX_ZIP_DIRECTORY_BYTES


def _only_xml(name: str, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    entries = [e for e in archive.infolist() if not e.is_dir() and not e.filename.startswith("__MACOSX/")]
    if len(archive.infolist()) > MAX_ZIP_ENTRIES or len(entries) != 1:
        raise DocumentRefused(ZIP_CONTENT.at(name))
    entry = entries[0]
    inside = PurePosixPath(entry.filename.replace("\\", "/"))
    is_inside = not inside.is_absolute() and ":" not in entry.filename and ".." not in inside.parts
    if not is_inside or inside.suffix.lower() not in {".xml", ".json"}:
        raise DocumentRefused(ZIP_CONTENT.at(name))
    if entry.flag_bits & _ENCRYPTED_FLAG:
        raise DocumentRefused(ZIP_ENCRYPTED.at(name))
    if entry.file_size > MAX_DOCUMENT_BYTES or entry.file_size > MAX_ZIP_RATIO * max(
        entry.compress_size, 1024
    ):
        raise DocumentRefused(TOO_BIG.at(name))
    return entry


class _RootFound(Exception):
    """Stops the reading of the prolog."""


def root_element(name: str, data: bytes) -> str:
    """The root element's name, read from the prolog alone; refuses a DOCTYPE, an `<erreur>` and what is not XML."""
    root = _read_prolog(name, data)
    if root.lower() == "erreur":
        raise DocumentRefused(SOURCE_ERROR.at(name))
    return root


def _read_prolog(name: str, data: bytes) -> str:
    parser = expat.ParserCreate()
    found: list[str] = []

    def on_doctype(*_declaration: object) -> None:
        raise DocumentRefused(DOCTYPE.at(name))

    def on_element(tag: str, _attributes: object) -> None:
        found.append(tag)
        raise _RootFound

    parser.StartDoctypeDeclHandler = on_doctype
    parser.StartElementHandler = on_element
    try:
        for start in range(0, min(len(data), MAX_PROLOG_BYTES), _PROLOG_STEP):
            parser.Parse(data[start : start + _PROLOG_STEP], False)
        parser.Parse(b"", True)
    except _RootFound:
        return found[0]
    except LookupError as error:
        raise DocumentRefused(UNKNOWN_ENCODING.at(name)) from error
    except (expat.ExpatError, ValueError) as error:
        raise DocumentRefused(BAD_XML.at(name)) from error
    raise DocumentRefused(UNKNOWN_DOCUMENT.at(name))
