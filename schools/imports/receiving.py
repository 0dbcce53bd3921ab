"""Files as they come → one bundle a school, still closed: a region's files never stand in memory together.

Only the beginning of a file is read to know whose it is; the whole is read once, when its school's turn comes. Lists of
several schools (SYGNE, FREGATA) and the directory feed (AAF) are cut first into one document a school.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial
from pathlib import Path

from core.findings import Finding
from schools.codes import is_uai
from schools.imports.bundles import NOTHING, Bundle, Envelope, Told, keep_latest
from schools.imports.owners import named_uai, uai_in_wreck
from schools.models import Guardian, PupilAlias, School
from schools.sources import READERS, aaf_feed, payloads, reader_of
from schools.sources.refusals import STS_DOCUMENT, UNKNOWN_DOCUMENT, DocumentRefused
from schools.sources.rows import Document
from schools.sources.sniff import Opening, find_files, open_bytes, open_path
from schools.sources.tables.wording import NO_SCHOOL


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
            self._wrecks.append((folder, named_uai(name, folder) or self._told.uai, refused.finding))
            return
        for opening in openings:
            try:
                self._receive_one(opening, folder)
            except DocumentRefused as refused:
                wreck = uai_in_wreck(opening, folder) or self._told.uai
                self._wrecks.append((folder, wreck, refused.finding))

    def _receive_one(self, opening: Opening, folder: Path | None) -> None:
        document = opening.peek()
        named = named_uai(opening.name, folder)
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
            bundle.envelopes = keep_latest(bundle)
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
