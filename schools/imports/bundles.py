"""What came for one school: its documents, still closed, each with a header that says whose it is.

Two exports of one kind are told apart by their dates: the latest is kept, the other one is a finding.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from core.findings import Findings
from schools.sources import catalogue, siecle_others
from schools.sources.refusals import DocumentRefused
from schools.sources.rows import Document, FileHeader, Reader, Roll, merge_parts


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


def keep_latest(bundle: Bundle) -> list[Envelope]:
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
