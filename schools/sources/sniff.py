"""Files, zips and folders → documents that are safe to parse, named by their root element and never by their file name.

Nothing is ever unpacked to disk. A zip may hold several exports.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from schools.sources.payloads import root_of
from schools.sources.prolog import MAX_PROLOG_BYTES, root_element
from schools.sources.refusals import (
    BAD_XML,
    BAD_ZIP,
    EMPTY_FOLDER,
    TOO_BIG,
    UNREADABLE,
    WRONG_SUFFIX,
    ZIP_CONTENT,
    ZIP_ENCRYPTED,
    DocumentRefused,
)
from schools.sources.rows import Document
from schools.sources.tables.sniffing import table_root


MAX_DOCUMENT_BYTES = 64 * 1024 * 1024  # the largest schools' exports are about 10 MB
MAX_BYTES_OF_A_MARK = 1024 * 1024  # a parser keeps a tag, or a text, whole in memory
MAX_ZIP_RATIO = 300  # SIECLE exports shrink 15 to 40 times
MAX_ZIP_ENTRIES = 500
MAX_ZIP_BYTES = 2 * 1024**3  # a region's directory feed is about 1 GB, in parts opened one at a time
MAX_ZIP_DIRECTORY_BYTES = 64 * 1024  # else counting the entries would cost as much as a bomb
_ENCRYPTED_FLAG = 0x1
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, OSError, ValueError)
_SUFFIXES = (".xml", ".json", ".zip")
_TABLES = {".csv", ".xlsx"}
_UAI = re.compile(r"[0-9]{7}[A-Z]", re.IGNORECASE)
_ZIP_MARK = b"PK"
_HEAD = 4
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


@dataclass(frozen=True, slots=True)
class Opening:
    """A document still closed: a file, or one of those in a zip. `name` is what people know it by.

    `stream` gives its bytes from the first, `size` how many there should be; a table is known only when read whole.
    """

    name: str
    stream: Callable[[], AbstractContextManager[IO[bytes]]]
    size: int
    is_zipped: bool = False
    is_table: bool = False

    def read(self) -> Document:
        """The whole document. Raises DocumentRefused with what is wrong."""
        data = self._read(self.size)
        if len(data) != self.size and self.is_zipped:
            raise DocumentRefused(BAD_ZIP.at(self.name))
        root = table_root(self.name, data) if self.is_table else _root(self.name, data)
        return Document(self.name, root, data, hashlib.sha256(data).hexdigest())

    def peek(self) -> Document:
        """Its beginning, enough to know what it is. Raises DocumentRefused."""
        data = b"" if self.is_table else self._read(MAX_PROLOG_BYTES)
        if self.is_table or _is_json(data):
            return self.read()
        return Document(self.name, root_element(self.name, data), data, "")

    def _read(self, size: int, *, if_zip: bool = False) -> bytes:
        """As many bytes; with `if_zip` no more than the first few of what is no zip."""
        try:
            with self.stream() as stream:
                head = stream.read(_HEAD)
                if if_zip and head[:2] != _ZIP_MARK:
                    return head
                # A declared size may lie: one byte more than it and no further.
                return head + stream.read(max(0, size + 1 - len(head)))
        except _DAMAGED as error:
            kind = BAD_ZIP if self.is_zipped else UNREADABLE
            raise DocumentRefused(kind.at(self.name)) from error


def open_path(path: Path) -> list[Opening]:
    """The documents of a file: itself, or those of a zip. Raises DocumentRefused."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DocumentRefused(UNREADABLE.at(path.name)) from error
    return _openings(path.name, size, lambda: path.open("rb"))


def open_bytes(name: str, data: bytes) -> list[Opening]:
    """The same from what an upload page holds."""
    return _openings(name, len(data), partial(io.BytesIO, data))


def open_stream(name: str, size: int, stream: Callable[[], IO[bytes]]) -> list[Opening]:
    """The same from what can be opened again and again: nothing of it stays in memory in between."""
    return _openings(name, size, stream)


def read_document(path: Path) -> Document:
    """The only document of a file. Raises DocumentRefused with what is wrong."""
    return _only(path.name, open_path(path))


def document_from(name: str, data: bytes) -> Document:
    """The only document in these bytes, plain or zipped."""
    return _only(name, open_bytes(name, data))


def _only(name: str, openings: list[Opening]) -> Document:
    if len(openings) != 1:
        raise DocumentRefused(ZIP_CONTENT.at(name))
    return openings[0].read()


def _openings(name: str, size: int, stream: Callable[[], IO[bytes]]) -> list[Opening]:
    if size > MAX_DOCUMENT_BYTES:
        raise DocumentRefused(TOO_BIG.at(name))
    plain = Opening(name, stream, size)
    data = plain._read(size, if_zip=True)  # what a zip holds is said at its end
    is_zip = data[:2] == _ZIP_MARK
    if table_root(name, data):
        return [replace(plain, is_table=True)]
    if is_zip:
        return _zipped(name, data, stream)
    if not name.lower().endswith(_SUFFIXES):
        raise DocumentRefused(WRONG_SUFFIX.at(name))
    return [plain]


def _zipped(name: str, data: bytes, stream: Callable[[], IO[bytes]]) -> list[Opening]:
    if _has_long_directory(data):
        raise DocumentRefused(ZIP_CONTENT.at(name))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = _safe_entries(name, archive)
    except _DAMAGED as error:
        raise DocumentRefused(BAD_ZIP.at(name)) from error
    return [Opening(_shown(name, e, entries), partial(_entry, stream, e), e.file_size, True) for e in entries]


def _shown(name: str, entry: zipfile.ZipInfo, entries: list[zipfile.ZipInfo]) -> str:
    """People know SIECLE's zip of one file by its name; among several, each by its own."""
    return name if len(entries) == 1 else PurePosixPath(entry.filename.replace("\\", "/")).name


@contextmanager
def _entry(stream: Callable[[], IO[bytes]], entry: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    with stream() as opened, zipfile.ZipFile(opened) as archive, archive.open(entry) as inside:
        yield inside


def _safe_entries(name: str, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Exports and nothing else; their sizes together are bounded too, or a bomb would only be cut in slices."""
    listed = archive.infolist()
    entries = [e for e in listed if not e.is_dir() and not e.filename.startswith("__MACOSX/")]
    if not entries or len(listed) > MAX_ZIP_ENTRIES or not all(map(_is_export, entries)):
        raise DocumentRefused(ZIP_CONTENT.at(name))
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise DocumentRefused(ZIP_ENCRYPTED.at(name))
    if any(map(_is_bomb, entries)) or sum(entry.file_size for entry in entries) > MAX_ZIP_BYTES:
        raise DocumentRefused(TOO_BIG.at(name))
    return entries


def _is_export(entry: zipfile.ZipInfo) -> bool:
    inside = PurePosixPath(entry.filename.replace("\\", "/"))
    is_inside = not inside.is_absolute() and ":" not in entry.filename and ".." not in inside.parts
    return is_inside and inside.suffix.lower() in {".xml", ".json"}


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > min(MAX_DOCUMENT_BYTES, MAX_ZIP_RATIO * max(entry.compress_size, 1024))


def _has_long_directory(data: bytes) -> bool:
    """By the record at the end of a zip, wherever it hides in the last 64 KB; a zip of over 4 GB is none of ours."""
    tail = data[-(22 + 20 + 65_535) :]
    ends = [found.start() for found in re.finditer(rb"PK\x05\x06", tail)]
    sizes = [int.from_bytes(tail[end + 12 : end + 16], "little") for end in ends]
    is_giant = any(tail[max(0, end - 20) : end].startswith(b"PK\x06\x07") for end in ends)
    return is_giant or max(sizes, default=0) > MAX_ZIP_DIRECTORY_BYTES


def _root(name: str, data: bytes) -> str:
    if len(data) > MAX_DOCUMENT_BYTES:
        raise DocumentRefused(TOO_BIG.at(name))
    if _is_json(data):
        return root_of(name, data)
    _refuse_giants(name, data)
    return root_element(name, data)


def _is_json(data: bytes) -> bool:
    return data[:64].lstrip(_BLANKS)[:1] in (b"[", b"{")


def _refuse_giants(name: str, data: bytes) -> None:
    """No tag, name or text of an export is a megabyte long; the parser would hold several copies of it."""
    start = 0
    while len(data) - start > MAX_BYTES_OF_A_MARK:
        end = data.rfind(b"<", start, start + MAX_BYTES_OF_A_MARK)
        if end < 0:
            raise DocumentRefused(BAD_XML.at(name))
        start = end + 1
