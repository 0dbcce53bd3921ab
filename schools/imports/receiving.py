"""Files as they come → one bundle a school, still closed: a region's files never stand in memory together."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from core.findings import Finding, Findings
from schools.codes import is_uai
from schools.sources import READERS, catalogue, payloads
from schools.sources.refusals import UNKNOWN_DOCUMENT, DocumentRefused
from schools.sources.rows import Document, FileHeader, Reader, Roll, merge_parts
from schools.sources.sniff import document_from, find_files, read_document
from schools.sources.tables.wording import NO_SCHOOL


@dataclass(frozen=True, slots=True)
class Envelope:
    """A document whose header was read; `open` reads it again, whole."""

    name: str
    reader: Reader
    header: FileHeader
    sha256: str
    open: Callable[[], Document]


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
                bundles.receive(path.name, partial(read_document, path), path.parent)
        except DocumentRefused as refused:
            bundles.of("").findings.add(refused.finding)
    return bundles.sealed()


def receive_bytes(files: Iterable[tuple[str, bytes]], told: Told = NOTHING) -> list[Bundle]:
    """The same from what an upload page or the store of files holds: (name, content)."""
    bundles = _Bundles(told)
    for name, content in files:
        bundles.receive(name, partial(document_from, name, content))
    return bundles.sealed()


class _Bundles:
    """Bundles being filled, by UAI."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._by_uai: dict[str, Bundle] = {}
        self._schools: dict[Path | None, set[str]] = defaultdict(set)
        self._wrecks: list[tuple[Path | None, str, Finding]] = []

    def of(self, uai: str) -> Bundle:
        return self._by_uai.setdefault(uai, Bundle(uai))

    def receive(self, name: str, opened: Callable[[], Document], folder: Path | None = None) -> None:
        try:
            for envelope in _envelopes(name, opened, folder, self._told):
                self._schools[folder].add(envelope.header.uai)
                self.of(envelope.header.uai).envelopes.append(envelope)
        except DocumentRefused as refused:
            wreck = _uai_in_wreck(name, opened, folder) or self._told.uai
            self._wrecks.append((folder, wreck, refused.finding))

    def sealed(self) -> list[Bundle]:
        for folder, uai, finding in self._wrecks:
            self.of(uai or self._only_school(folder)).findings.add(finding)
        for bundle in self._by_uai.values():
            bundle.envelopes = _latest(bundle)
        return [self._by_uai[uai] for uai in sorted(self._by_uai)]

    def _only_school(self, folder: Path | None) -> str:
        """What cannot be read among the files of one school is that school's; among several, nobody knows."""
        schools = self._schools[folder]
        return next(iter(schools)) if len(schools) == 1 else ""


def _envelopes(name: str, opened: Callable[[], Document], folder: Path | None, told: Told) -> list[Envelope]:
    """One for a document of one school; one a school for a service's list, which is small and kept open."""
    document = opened()
    if document.is_json:
        parts = payloads.split(document, _named_uai(name, folder))
        return [_envelope(name, part, lambda part=part: part) for part in parts]
    return [_envelope(name, document, opened, told, folder)]


def _envelope(
    name: str,
    document: Document,
    opened: Callable[[], Document],
    told: Told = NOTHING,
    folder: Path | None = None,
) -> Envelope:
    reader = READERS.get(document.root)
    if reader is None:
        raise DocumentRefused(UNKNOWN_DOCUMENT.at(name))
    header = reader.read_header(document)
    if reader.is_told:
        header = told.complete(header, _named_uai(name, folder))
        if not header.uai:
            raise DocumentRefused(NO_SCHOOL.at(name))
    return Envelope(name, reader, header, document.sha256, opened)


def _latest(bundle: Bundle) -> list[Envelope]:
    """One document of each kind: the latest made. Two made at the same moment must be the same."""
    kept: dict[str, Envelope] = {}
    for envelope in bundle.envelopes:
        other = kept.get(envelope.reader.part)
        if other is None or envelope.sha256 == other.sha256:
            kept.setdefault(envelope.reader.part, envelope)
        elif _age(envelope) == _age(other):
            bundle.findings.add(catalogue.TWO_VERSIONS.at(f"{other.name}, {envelope.name}"))
        else:
            newer, older = (envelope, other) if _age(envelope) > _age(other) else (other, envelope)
            bundle.findings.add(catalogue.OLDER_COPY.at(older.name))
            kept[envelope.reader.part] = newer
    _compare_parts(bundle, list(kept.values()))
    return list(kept.values())


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


def _named_uai(name: str, folder: Path | None) -> str:
    """The school a folder or a file bears the number of, "" for none."""
    words = [folder.name] if folder else []
    words += _UAI_IN_NAME.findall(name.upper())
    return next((word for word in words if is_uai(word)), "")


def _uai_in_wreck(name: str, opened: Callable[[], Document], folder: Path | None) -> str:
    """The school of a document nobody can read: the folder it lay in, its name, else its header if that is whole.

    So a truncated file stops the import of its school, not of the others.
    """
    if named := _named_uai(name, folder):
        return named
    try:
        document = opened()
    except DocumentRefused:
        return ""
    found = re.search(rb"<UAJ>\s*([0-9]{7}[A-Z])\s*</UAJ>", document.data[:4096])
    return found[1].decode() if found else ""
