"""Files as they come → one bundle a school, still closed: a region's files never stand in memory together.

Only the beginning of a file is read to know whose it is; the whole is read once, when its school's turn comes. Lists of
several schools (SYGNE, FREGATA) and the directory feed (AAF) are cut first into one document a school.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

from core.findings import Finding, Findings
from schools.codes import is_uai
from schools.models import Guardian, PupilAlias, School
from schools.sources import READERS, aaf_feed, catalogue, payloads, reader_of, siecle_others
from schools.sources.refusals import STS_DOCUMENT, UNKNOWN_DOCUMENT, DocumentRefused
from schools.sources.rows import Document, FileHeader, Reader, Roll, merge_parts
from schools.sources.sniff import Opening, find_files, open_bytes, open_path
from schools.sources.tables.wording import NO_SCHOOL


@dataclass(slots=True)
class Envelope:
    """A document whose header was read; `open` reads it whole, once, and `close` forgets it."""

    name: str
    reader: Reader
    header: FileHeader
    read: Callable[[], Document]
    _document: Document | None = None

    def open(self) -> Document:
        """Raises DocumentRefused."""
        if self._document is None:
            self._document = self.read()
        return self._document

    def close(self) -> None:
        self._document = None

    @property
    def sha256(self) -> str:
        """That of the content, "" for what cannot be read."""
        try:
            return self.open().sha256
        except DocumentRefused:
            return ""


@dataclass(frozen=True, slots=True)
class Told:
    """What whoever received the files knows of those that do not say it: the school, the September of the year."""

    uai: str = ""
    school_year: int | None = None

    def complete(self, header: FileHeader, named_uai: str) -> FileHeader:
        """The header with what it leaves out, the school named by the file's own name first."""
        uai = header.uai or named_uai or self.uai
        return replace(header, uai=uai, school_year=header.school_year or self.school_year)


@dataclass(slots=True)
class Bundle:
    """What came for one school. `uai` is "" for what could not be read far enough to know."""

    uai: str
    envelopes: list[Envelope] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)

    @property
    def source(self) -> str:
        return self.envelopes[0].reader.source if self.envelopes else ""

    @property
    def sha256(self) -> str:
        """The same documents give the same hash, in whatever order, zipped or not."""
        digests = sorted(envelope.sha256 for envelope in self.envelopes)
        return hashlib.sha256(" ".join(digests).encode()).hexdigest()

    def documents(self) -> Iterator[Document]:
        for envelope in self.envelopes:
            yield envelope.open()

    def read_roll(self) -> Roll:
        """All the documents read to their end. Raises DocumentRefused."""
        return merge_parts(map(_read, self.envelopes))

    def close(self) -> None:
        """Forget the documents: the next school needs the memory."""
        for envelope in self.envelopes:
            envelope.close()


def _read(envelope: Envelope) -> Roll:
    roll = envelope.reader.read(envelope.open())
    return replace(roll, header=envelope.header) if envelope.reader.is_told else roll


NOTHING = Told()


def receive_paths(paths: Iterable[Path], told: Told = NOTHING) -> list[Bundle]:
    """One bundle a school from files, zips and folders; what cannot be read is a finding of its bundle."""
    bundles = _Bundles(told)
    for named in paths:
        try:
            for path in find_files([named]):
                bundles.receive(path.name, partial(open_path, path), path.parent)
        except DocumentRefused as refused:
            bundles.of("").findings.add(refused.finding)
    return bundles.sealed()


def receive_bytes(files: Iterable[tuple[str, bytes]], told: Told = NOTHING) -> list[Bundle]:
    """The same from what an upload page or the store of files holds: (name, content)."""
    return receive_openings(((name, partial(open_bytes, name, content)) for name, content in files), told)


def receive_openings(files: Iterable[tuple[str, Callable[[], list[Opening]]]], told: Told) -> list[Bundle]:
    """The same from files that are only opened when they are read: (name, how to open it)."""
    bundles = _Bundles(told)
    for name, opened in files:
        bundles.receive(name, opened)
    return bundles.sealed()


class _Bundles:
    """Bundles being filled, by UAI; a delta of the directory feed is one of its own, after what is complete."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._by_key: dict[tuple[str, datetime], Bundle] = {}
        self._feeds: dict[tuple[str, bool, date], list[aaf_feed.Part]] = defaultdict(list)
        self._schools: dict[Path | None, set[str]] = defaultdict(set)
        self._wrecks: list[tuple[Path | None, str, Finding]] = []

    def of(self, uai: str, since: datetime = datetime.min) -> Bundle:
        return self._by_key.setdefault((uai, since), Bundle(uai))

    def receive(self, name: str, opened: Callable[[], list[Opening]], folder: Path | None = None) -> None:
        try:
            openings = opened()
        except DocumentRefused as refused:
            self._wrecks.append((folder, _named_uai(name, folder) or self._told.uai, refused.finding))
            return
        for opening in openings:
            try:
                self._receive_one(opening, folder)
            except DocumentRefused as refused:
                wreck = _uai_in_wreck(opening, folder) or self._told.uai
                self._wrecks.append((folder, wreck, refused.finding))

    def _receive_one(self, opening: Opening, folder: Path | None) -> None:
        document = opening.peek()
        named = _named_uai(opening.name, folder)
        if document.root == aaf_feed.FEED_ROOT:
            part = aaf_feed.part_named(opening.name, opening.read)
            if part.kind:
                self._feeds[part.feed].append(part)
        elif document.is_json:
            for one in payloads.split(document, named or self._told.uai):
                self._add(_envelope(one, partial(_same, one)), folder)
        else:
            self._add(_envelope(document, opening.read, self._told, named), folder)

    def _add(self, envelope: Envelope, folder: Path | None) -> None:
        header = envelope.header
        self._schools[folder].add(header.uai)
        since = datetime.min if header.is_complete or header.exported_at is None else header.exported_at
        self.of(header.uai, since).envelopes.append(envelope)

    def sealed(self) -> list[Bundle]:
        for folder, uai, finding in self._wrecks:
            self.of(uai or self._only_school(folder)).findings.add(finding)
        for parts in self._feeds.values():
            self._add_feed(parts)
        for bundle in self._by_key.values():
            bundle.envelopes = _latest(bundle)
        return [self._by_key[key] for key in sorted(self._by_key)]

    def _only_school(self, folder: Path | None) -> str:
        """What cannot be read among the files of one school is that school's; among several, nobody knows."""
        schools = self._schools[folder]
        return next(iter(schools)) if len(schools) == 1 else ""

    def _add_feed(self, parts: list[aaf_feed.Part]) -> None:
        feed = aaf_feed.Feed(parts, _what_is_known(parts[0].who))
        try:
            for header, read in feed.cut():
                self._add(Envelope(parts[0].name, READERS[aaf_feed.ROOT], header, read), None)
        except DocumentRefused as refused:
            self.of(feed.uai).findings.add(refused.finding)


def _same(document: Document) -> Document:
    return document


def _envelope(
    document: Document, read: Callable[[], Document], told: Told = NOTHING, named_uai: str = ""
) -> Envelope:
    reader = reader_of(document.root)
    if reader is None:
        is_sts = "STS" in document.root.split("_")
        raise DocumentRefused((STS_DOCUMENT if is_sts else UNKNOWN_DOCUMENT).at(document.name))
    try:
        header = reader.read_header(document)
    except DocumentRefused:  # its beginning does not say: the whole may, or may not be readable
        header = reader.read_header(read())
    if reader.is_told:
        header = told.complete(header, named_uai)
        if not header.uai:
            raise DocumentRefused(NO_SCHOOL.at(document.name))
    return Envelope(document.name, reader, header, read)


def _what_is_known(who: str) -> aaf_feed.Known:
    """An academy's feed lists all its schools: only those of our directory are looked at."""
    schools = None if is_uai(who) else set(School.objects.values_list("uai", flat=True))
    return aaf_feed.Known(pupils=_scopes(PupilAlias), guardians=_scopes(Guardian), schools=schools)


def _scopes(model: type[PupilAlias] | type[Guardian]) -> Callable[[Iterable[str]], dict[str, list[str]]]:
    def find(numbers: Iterable[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        known = model.objects.filter(source="aaf", identifier__in=list(numbers)).order_by("scope")
        for number, uai in known.values_list("identifier", "scope"):
            found[number].append(uai)
        return found

    return find


def _latest(bundle: Bundle) -> list[Envelope]:
    """One document of each kind: the latest made. Two made at the same moment must be the same."""
    sources = sorted({envelope.reader.source.upper() for envelope in bundle.envelopes})
    if len(sources) > 1:
        bundle.findings.add(catalogue.TWO_SOURCES.at(", ".join(sources)))
        return bundle.envelopes
    kept: dict[str, Envelope] = {}
    for envelope in _needed(bundle):
        other = kept.get(envelope.reader.part)
        if other is None:
            kept[envelope.reader.part] = envelope
        elif envelope.sha256 == other.sha256:
            continue
        elif _age(envelope) == _age(other):
            bundle.findings.add(catalogue.TWO_VERSIONS.at(f"{other.name}, {envelope.name}"))
        else:
            newer, older = (envelope, other) if _age(envelope) > _age(other) else (other, envelope)
            bundle.findings.add(catalogue.OLDER_COPY.at(older.name))
            kept[envelope.reader.part] = newer
    bundle.close()
    _compare_parts(bundle, list(kept.values()))
    return list(kept.values())


def _needed(bundle: Bundle) -> list[Envelope]:
    """Those that say something of the pupils; the others are told and left out, unless they are all there is."""
    needed = [envelope for envelope in bundle.envelopes if envelope.reader.part != siecle_others.UNNEEDED]
    for envelope in bundle.envelopes:
        if envelope.reader.part == siecle_others.UNNEEDED:
            bundle.findings.add(catalogue.NOT_NEEDED.at(envelope.name))
    return needed or bundle.envelopes[:1]


def _age(envelope: Envelope) -> str:
    at = envelope.header.exported_at
    return at.isoformat() if at else ""


def _compare_parts(bundle: Bundle, envelopes: list[Envelope]) -> None:
    if len({envelope.header.school_year for envelope in envelopes}) > 1:
        bundle.findings.add(catalogue.PARTS_DISAGREE.at(bundle.uai))
    people = [
        e.header.exported_at
        for e in envelopes
        if e.reader.part in {"pupils", "guardians"} and e.header.exported_at
    ]
    if len({at.date() for at in people}) > 1:
        bundle.findings.add(
            catalogue.PARTS_APART.at(", ".join(f"{at:%d/%m/%Y %H:%M}" for at in sorted(people)))
        )


_UAI_IN_NAME = re.compile(r"(?<![0-9A-Z])[0-9]{7}[A-Z](?![0-9A-Z])")
_UAI_IN_HEADER = re.compile(rb"<UAJ(?: CODE=\"|>\s{0,20})([0-9]{7}[A-Z])")  # STS writes it as an attribute


def _named_uai(name: str, folder: Path | None) -> str:
    """The school a folder or a file bears the number of, "" for none."""
    words = [folder.name] if folder else []
    words += _UAI_IN_NAME.findall(name.upper())
    return next((word for word in words if is_uai(word)), "")


def _uai_in_wreck(opening: Opening, folder: Path | None) -> str:
    """The school of a document nobody can read: by the folder it lay in, its name, else its header if that is whole.

    So a truncated file stops the import of its school, not of the others.
    """
    if named := _named_uai(opening.name, folder):
        return named
    try:
        found = _UAI_IN_HEADER.search(opening.peek().data[:4096])
    except DocumentRefused:
        return ""
    return found[1].decode() if found else ""
