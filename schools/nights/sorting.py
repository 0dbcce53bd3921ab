"""The drop folder → whose file, of which day, by headers alone: a region's files are never read whole to be sorted."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from schools.codes import is_uai
from schools.feeds.dropping import SETTLED, files_ready
from schools.imports.bundles import Bundle
from schools.imports.receiving import receive_paths
from schools.sources import READERS
from schools.sources.aaf_feed import FEED_ROOT, part_named
from schools.sources.prolog import root_element
from schools.sources.refusals import DocumentRefused
from schools.sources.rows import Document, FileHeader
from schools.sources.sniff import find_files, read_document


HEAD = 16 * 1024  # bytes; where a document says whose it is and when it was made
NOON = 12  # a file made after it is for the night that follows
UNREADABLE = "unreadable"
_DATED = re.compile(r"(20\d\d)-?(\d\d)-?(\d\d)")


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A file of the folder: `uais` whose it is, `part` of a roll, `day` whose night it is for.

    `made_at` is the export's own instant (naive), else when it was dropped; `stamp` changes when the file does.
    """

    path: str
    uais: tuple[str, ...]
    part: str
    made_at: datetime
    day: date
    stamp: str


@dataclass(frozen=True, slots=True)
class Edition:
    """The files of one school as a night finds them."""

    files: tuple[DroppedFile, ...] = ()

    @property
    def paths(self) -> list[str]:
        return [file.path for file in self.files]

    @property
    def fingerprint(self) -> str:
        """ "" without files."""
        lines = sorted(f"{file.path} {file.stamp}" for file in self.files)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else ""


def sort_folder(
    folder: Path, *, on: date, now: datetime, wait: timedelta = SETTLED
) -> dict[str, list[DroppedFile]]:
    """The files of each UAI; "" for those of several schools or of nobody known. No day is after `on`.

    Files that somebody may still be writing, changed less than `wait` ago, are left for the next ring.
    """
    found: dict[str, list[DroppedFile]] = {}
    for path in _files_in(folder, now, wait):
        try:
            dropped = _sort(folder, path, on)
        except FileNotFoundError:  # taken away meanwhile
            continue
        found.setdefault(dropped.uais[0] if len(dropped.uais) == 1 else "", []).append(dropped)
    return found


def edition_of(files: Iterable[DroppedFile], on: date) -> Edition:
    """What a night finds: of each part, the latest file of that day or before. Two made at once are both kept.

    A file nobody can read stops its school only while no later one came.
    """
    known = [file for file in files if file.day <= on]
    latest_day = max((file.day for file in known), default=on)
    latest = {
        part: max((file.day, file.made_at) for file in known if file.part == part)
        for part in {file.part for file in known}
    }
    kept = [file for file in known if (file.day, file.made_at) == latest[file.part]]
    return Edition(tuple(file for file in kept if file.part != UNREADABLE or file.day == latest_day))


def shared_edition_of(files: Iterable[DroppedFile], on: date) -> Edition:
    """The same for files of several schools or of nobody known: all those of the latest day."""
    known = [file for file in files if file.day <= on]
    latest_day = max((file.day for file in known), default=on)
    return Edition(tuple(file for file in known if file.day == latest_day))


def days_of(files: Iterable[DroppedFile]) -> set[date]:
    return {file.day for file in files}


def _files_in(folder: Path, now: datetime, wait: timedelta) -> Iterator[Path]:
    whole = set(files_ready(folder, now=now, wait=wait))
    try:
        yield from (path for path in find_files([folder]) if path in whole)
    except DocumentRefused:  # empty
        return


def _sort(folder: Path, path: Path, on: date) -> DroppedFile:
    relative, status = path.relative_to(folder), path.stat()
    uais, part, exported_at = _whose(path)
    made_at = exported_at or datetime.fromtimestamp(status.st_mtime)
    return DroppedFile(
        path=str(relative),
        uais=uais,
        part=part,
        made_at=made_at,
        day=min(on, _day_in(relative) or _night_of(made_at)),
        stamp=f"{status.st_size} {status.st_mtime_ns}",
    )


def _whose(path: Path) -> tuple[tuple[str, ...], str, datetime | None]:
    header_and_part = _peek(path)
    if header_and_part:
        header, part = header_and_part
        return ((header.uai,) if header.uai else ()), part, header.exported_at
    return _whose_by_reading(receive_paths([path]))


def _peek(path: Path) -> tuple[FileHeader, str] | None:
    """What the head of a document says, or None when it must be read further to know."""
    try:
        data = _head(path)
        root = root_element(path.name, data)
        if root == FEED_ROOT:
            return _peek_feed(path)
        reader = READERS.get(root)
        header = reader.read_header(Document(path.name, root, data, "")) if reader else None
    except (DocumentRefused, zipfile.BadZipFile, ValueError, RuntimeError, OSError, EOFError, LookupError):
        return None
    return (header, reader.part) if reader and header and is_uai(header.uai) else None


def _peek_feed(path: Path) -> tuple[FileHeader, str]:
    """A part of the directory feed tells all by its name; an academy's is nobody's own. Every delta is a part apart."""
    part = part_named(path.name, lambda: read_document(path))
    day = "" if part.is_complete else f" {part.on}"
    header = FileHeader(part.who if is_uai(part.who) else "", None, datetime.combine(part.on, time.min))
    return header, f"aaf {part.kind} {part.rank}{day}"


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(HEAD)
    if data[:2] != b"PK":
        return data
    with zipfile.ZipFile(path) as archive:
        [entry] = [one for one in archive.infolist() if not one.is_dir()]
        with archive.open(entry) as stream:
            return stream.read(HEAD)


def _whose_by_reading(bundles: list[Bundle]) -> tuple[tuple[str, ...], str, datetime | None]:
    """The long way, for formats without a header of their own and for wrecks."""
    uais = tuple(sorted({bundle.uai for bundle in bundles}))
    envelopes = [envelope for bundle in bundles for envelope in bundle.envelopes]
    made = [envelope.header.exported_at for envelope in envelopes if envelope.header.exported_at]
    part = " ".join(sorted({envelope.reader.part for envelope in envelopes})) or UNREADABLE
    return uais, part, max(made, default=None)


def _day_in(relative: Path) -> date | None:
    """The day a dated subfolder names: 2026-09-08/… or 20260908/…."""
    for name in relative.parts[:-1]:
        if found := _DATED.fullmatch(name):
            try:
                return date(*map(int, found.groups()))
            except ValueError:
                continue
    return None


def _night_of(made_at: datetime) -> date:
    return made_at.date() + timedelta(days=1 if made_at.hour >= NOON else 0)
