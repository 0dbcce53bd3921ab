"""The files of a directory feed (AAF) → one document a school, whatever the size of the academy.

A delivery is many files, ENT_<who>_<Complet|Delta>_<AAAAMMJJ>_<kind>_<part>.xml, and a school's pupils may be in any
part. All parts are read once, into a temporary SQLite database that is nowhere but in this process; only when the last
has been read to its end does the first school come out. A part missing, doubled or cut short refuses the delivery.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, partial

from core.findings import Finding
from schools.codes import is_uai
from schools.sources.aaf import FEW, MISSED_SHARE, ROOT, share
from schools.sources.aaf_requests import GUARDIAN, PUPIL, STRUCTURE, STUDY, Request, read_requests
from schools.sources.refusals import AAF_NAME, AAF_PART_MISSING, AAF_TWO_PARTS, DocumentRefused
from schools.sources.rows import Document, FileHeader


FEED_ROOT = "ficAlimMENESR"
NEW_YEAR_MONTH = 8  # feeds of August are of the school year that is about to begin
_NAME = re.compile(r"ENT_([^_]+)_(Complet|Delta)_(\d{8})_([A-Za-z0-9]+)_(\d{4})\.xml", re.IGNORECASE)
_KINDS = {"etabeducnat": STRUCTURE, "eleve": PUPIL, "persreleleve": GUARDIAN, "mefeducnat": STUDY}
_READ = (STRUCTURE, PUPIL, GUARDIAN, STUDY)
_TABLES = """
PRAGMA journal_mode = OFF;
CREATE TABLE structure (id TEXT PRIMARY KEY, uai TEXT NOT NULL);
CREATE TABLE pupil (uai TEXT NOT NULL, xml BLOB NOT NULL, mef TEXT NOT NULL, is_deletion INT NOT NULL);
CREATE INDEX pupil_by_uai ON pupil (uai);
CREATE TABLE link (uai TEXT NOT NULL, guardian TEXT NOT NULL, PRIMARY KEY (uai, guardian)) WITHOUT ROWID;
CREATE TABLE guardian (id TEXT PRIMARY KEY, xml BLOB NOT NULL);
CREATE TABLE study (mef TEXT PRIMARY KEY, xml BLOB NOT NULL);
CREATE INDEX link_by_guardian ON link (guardian);
"""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a delivery, as its name tells."""

    name: str
    who: str
    is_complete: bool
    on: date
    kind: str
    rank: int
    read: Callable[[], Document]

    @property
    def feed(self) -> tuple[str, bool, date]:
        """What the parts of one delivery have in common."""
        return self.who, self.is_complete, self.on


def part_named(name: str, read: Callable[[], Document]) -> Part:
    """The part a file is by its name; of kind "" for staff, subjects and groups, which are not read.

    Raises DocumentRefused when the name no longer tells: nothing inside does.
    """
    found = _NAME.fullmatch(name)
    try:
        on = datetime.strptime(found[3], "%Y%m%d").date() if found else None
    except ValueError:
        on = None
    if found is None or on is None:
        raise DocumentRefused(AAF_NAME.at(name))
    kind = _KINDS.get(found[4].lower(), "")
    return Part(name, found[1].upper(), found[2].lower() == "complet", on, kind, int(found[5]), read)


@dataclass(slots=True)
class Known:
    """What the base tells of a delta's people: the schools a pupil's or a guardian's number is known in."""

    pupils: Callable[[Iterable[str]], dict[str, list[str]]] = lambda _ids: {}
    guardians: Callable[[Iterable[str]], dict[str, list[str]]] = lambda _ids: {}
    schools: Container[str] | None = None


@dataclass
class Feed:
    """One delivery: its parts, then what they hold, by school."""

    parts: list[Part]
    known: Known = field(default_factory=Known)

    @property
    def is_complete(self) -> bool:
        return self.parts[0].is_complete

    @property
    def on(self) -> date:
        return self.parts[0].on

    @property
    def school_year(self) -> int:
        return self.on.year if self.on.month >= NEW_YEAR_MONTH else self.on.year - 1

    @property
    def uai(self) -> str:
        """The school the delivery is about, "" when it is about many."""
        return self.parts[0].who if is_uai(self.parts[0].who) else ""

    def faults(self) -> Iterator[Finding]:
        """Parts missing or doubled, as far as the names tell."""
        by_kind: dict[str, list[Part]] = defaultdict(list)
        for part in self.parts:
            by_kind[part.kind].append(part)
        for kind, parts in by_kind.items():
            ranks = {part.rank for part in parts}
            missing = sorted(set(range(max(ranks) + 1)) - ranks)
            if missing:
                yield AAF_PART_MISSING.at(f"{kind} {', '.join(f'{rank:04d}' for rank in missing)}")
            if len(ranks) < len(parts) and len({part.read().sha256 for part in parts}) > len(ranks):
                yield AAF_TWO_PARTS.at(kind)
        needed = [PUPIL, GUARDIAN] if self.is_complete else []
        needed += [] if self.uai or not self.is_complete else [STRUCTURE]
        for kind in needed:
            if kind not in by_kind:
                yield AAF_PART_MISSING.at(kind)

    def cut(self) -> list[tuple[FileHeader, Callable[[], Document]]]:
        """The schools of the delivery, each with the way to make its document. Raises DocumentRefused."""
        for fault in self.faults():
            raise DocumentRefused(fault)
        uais = [uai for (uai,) in self._base.execute(_SCHOOLS)]
        if not self.is_complete and not self._has(STRUCTURE) and self._base.execute(_UNPLACED).fetchone():
            raise DocumentRefused(AAF_PART_MISSING.at(STRUCTURE))
        ours = [uai for uai in uais if self.known.schools is None or uai in self.known.schools]
        at = datetime(self.on.year, self.on.month, self.on.day)
        header = partial(
            FileHeader, school_year=self.school_year, exported_at=at, is_complete=self.is_complete
        )
        return [(header(uai), partial(self.document, uai)) for uai in ours or uais]

    def _has(self, kind: str) -> bool:
        return any(part.kind == kind for part in self.parts)

    @cached_property
    def is_doubtful(self) -> bool:
        """Whether many guardians are those of no pupil: their pupils' part did not come."""
        count, orphans = self._base.execute(_ORPHANS).fetchone()
        return self.is_complete and orphans >= FEW and orphans > count * MISSED_SHARE

    def document(self, uai: str) -> Document:
        """The share of one school."""
        data = share(
            [xml for (xml,) in self._base.execute(_REQUESTS, {"uai": uai})],
            uai=uai,
            school_year=self.school_year,
            on=self.on,
            structures=[one for (one,) in self._base.execute(_STRUCTURES, [uai])],
            is_complete=self.is_complete,
            is_doubtful=self.is_doubtful,
        )
        return Document(f"{ROOT}_{uai}.xml", ROOT, data, hashlib.sha256(data).hexdigest())

    @cached_property
    def _base(self) -> sqlite3.Connection:
        """All the parts, read to their end. The database has no name: SQLite deletes it with the connection."""
        base = sqlite3.connect("")
        base.executescript(_TABLES)
        for part in sorted(self.parts, key=lambda one: (_READ.index(one.kind), one.rank)):
            for batch in _batches(read_requests(part.read(), keeps_xml=True)):
                self._keep(base, part, batch)
        return base

    def _keep(self, base: sqlite3.Connection, part: Part, requests: list[Request]) -> None:
        if part.kind == STRUCTURE:
            rows = [(one.id, one.one("ENTStructureUAI").upper()) for one in requests if not one.is_deletion]
            base.executemany("INSERT OR REPLACE INTO structure VALUES (?, ?)", rows)
        elif part.kind == PUPIL:
            self._keep_pupils(base, requests)
        elif part.kind == GUARDIAN:
            base.executemany(
                "INSERT OR REPLACE INTO guardian VALUES (?, ?)", [(one.id, one.xml) for one in requests]
            )
            if not self.is_complete:
                schools = self.known.guardians(one.id for one in requests)
                links = [(uai, guardian) for guardian, uais in schools.items() for uai in uais]
                base.executemany("INSERT OR IGNORE INTO link VALUES (?, ?)", links)
        else:
            rows = [(one.one("ENTMefJointure") or one.id, one.xml) for one in requests if not one.is_deletion]
            base.executemany("INSERT OR REPLACE INTO study VALUES (?, ?)", rows)

    def _keep_pupils(self, base: sqlite3.Connection, requests: list[Request]) -> None:
        schools = {} if self.is_complete else self.known.pupils(one.id for one in requests)
        pupils, links = [], []
        for one in requests:
            for uai in self._schools_of(base, one, schools) or [NOWHERE]:
                pupils.append((uai, one.xml, one.one("ENTEleveMEF"), one.is_deletion))
                links += [(uai, value.partition("$")[0]) for value in one.all("ENTElevePersRelEleve")]
        base.executemany("INSERT INTO pupil VALUES (?, ?, ?, ?)", pupils)
        base.executemany("INSERT OR IGNORE INTO link VALUES (?, ?)", links)

    def _schools_of(self, base: sqlite3.Connection, one: Request, known: dict[str, list[str]]) -> list[str]:
        """By the structure the pupil is attached to; else the school the whole delivery is about, else by the base."""
        structure = one.one("ENTPersonStructRattach")
        found = [uai for (uai,) in base.execute("SELECT uai FROM structure WHERE id = ?", [structure])]
        if found or not self.uai:
            return found or known.get(one.id, [])
        if structure:
            base.execute("INSERT INTO structure VALUES (?, ?)", (structure, self.uai))
        return [self.uai]


NOWHERE = ""
"""The school of those whose structure is in no EtabEducNat file: offices, other academies."""

_SCHOOLS = "SELECT uai FROM pupil WHERE uai <> '' UNION SELECT uai FROM link WHERE uai <> '' ORDER BY uai"
_STRUCTURES = "SELECT id FROM structure WHERE uai = ? ORDER BY id"
_UNPLACED = "SELECT 1 FROM pupil WHERE uai = '' AND NOT is_deletion LIMIT 1"
_ORPHANS = "SELECT count(*), count(*) FILTER (WHERE id NOT IN (SELECT guardian FROM link)) FROM guardian"
_REQUESTS = """
SELECT xml FROM study WHERE mef IN (SELECT mef FROM pupil WHERE uai = :uai)
UNION ALL SELECT xml FROM pupil WHERE uai = :uai
UNION ALL SELECT guardian.xml FROM link JOIN guardian ON guardian.id = link.guardian WHERE link.uai = :uai
"""


def _batches(requests: Iterable[Request], size: int = 500) -> Iterator[list[Request]]:
    batch: list[Request] = []
    for request in requests:
        batch.append(request)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
