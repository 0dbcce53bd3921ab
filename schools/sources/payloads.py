"""The JSON that SYGNE and FREGATA answer with → one self-describing document a school.

What the services send is a bare list, which says neither when it was made nor, for FREGATA, of which school it is.
`wrap` puts it in an envelope that does; `split` makes one such envelope a school of whatever came. An answer that is
not a list is an error of the service, never an empty school.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from schools.sources.refusals import (
    BAD_JSON,
    EMPTY_ANSWER,
    NO_SCHOOL_NAMED,
    SOURCE_ERROR,
    TOO_BIG,
    UNKNOWN_DOCUMENT,
    DocumentRefused,
)
from schools.sources.rows import Document, FileHeader
from schools.sources.values import text


Row = dict[str, Any]
DateOf = Callable[[Row], date | None]
MAX_JSON_BYTES = 32 * 1024 * 1024  # a school's list is about 1 MB
SYGNE, FREGATA = "SYGNE", "FREGATA"
_SIGNS = {FREGATA: {"apprenant", "statutApprenant"}, SYGNE: {"codeUai", "codeMefRatt", "codeStatut"}}
FREGATA_FIRST_YEAR = 1996  # anneeScolaireId 30 is the school year 2026-2027


@dataclass(frozen=True, slots=True)
class Payload:
    """A list of rows and what its envelope says; `uai`, `school_year` and `received_at` may be unknown."""

    root: str
    rows: list[Row]
    uai: str = ""
    school_year: int | None = None
    received_at: datetime | None = None

    def as_bytes(self) -> bytes:
        content = {
            "source": self.root,
            "uai": self.uai,
            "schoolYear": self.school_year,
            "receivedAt": self.received_at.isoformat() if self.received_at else None,
            "rows": self.rows,
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def wrap(root: str, answer: bytes, *, uai: str, school_year: int, at: datetime) -> bytes:
    """What a service answered for a school, in an envelope that says which, for what year and when (naive, Paris).

    `root` is SYGNE or FREGATA. The result is a file like any other: drop it, upload it, or import it at once.
    Raises DocumentRefused for an answer that is an error or no list.
    """
    rows = _load(uai, answer)
    if not isinstance(rows, list):
        raise DocumentRefused(SOURCE_ERROR.at(uai))
    return Payload(root, [row for row in rows if isinstance(row, dict)], uai, school_year, at).as_bytes()


def root_of(name: str, data: bytes) -> str:
    """SYGNE or FREGATA, known by the names of the fields. Raises DocumentRefused."""
    return read_payload(name, data).root


def read_payload(name: str, data: bytes) -> Payload:
    """The rows and their envelope, if any. Raises DocumentRefused."""
    content = _load(name, data)
    if isinstance(content, list):
        return Payload(_recognised(name, content), _rows(name, content))
    if (
        isinstance(content, dict)
        and content.get("source") in _SIGNS
        and isinstance(content.get("rows"), list)
    ):
        return Payload(
            root=content["source"],
            rows=_rows(name, content["rows"]),
            uai=text(content.get("uai")).upper(),
            school_year=_year(content.get("schoolYear")),
            received_at=_instant(content.get("receivedAt")),
        )
    raise DocumentRefused(SOURCE_ERROR.at(name))


def header_of(document: Document) -> FileHeader:
    """What the envelope says of itself."""
    payload = read_payload(document.name, document.data)
    return FileHeader(payload.uai, payload.school_year, payload.received_at)


def split(document: Document, named_uai: str = "") -> Iterator[Document]:
    """One enveloped document a school. `named_uai` is the school its file name or folder names, "" for none."""
    payload = read_payload(document.name, document.data)
    by_school: dict[str, list[Row]] = defaultdict(list)
    for row in payload.rows:
        by_school[payload.uai or text(row.get("codeUai")).upper() or named_uai].append(row)
    if not by_school and (payload.uai or named_uai):
        by_school[payload.uai or named_uai] = []
    if "" in by_school or not by_school:
        raise DocumentRefused(NO_SCHOOL_NAMED.at(document.name))
    for uai, rows in by_school.items():
        year = payload.school_year or _usual_year(payload.root, rows)
        data = Payload(payload.root, rows, uai, year, payload.received_at).as_bytes()
        yield Document(document.name, payload.root, data, hashlib.sha256(data).hexdigest())


def year_of(root: str, row: Row) -> int | None:
    """The September a row is of."""
    if root == SYGNE:
        return _year(row.get("anneeScolaire"))
    year_id = child(row, "sectionReference").get("anneeScolaireId")
    return year_id + FREGATA_FIRST_YEAR if type(year_id) is int else None


def child(row: Row, name: str) -> Row:
    """The object of that name inside a row, {} when there is none."""
    found = row.get(name)
    return found if isinstance(found, dict) else {}


def current_lines(
    rows: Iterable[Row], *, key: Callable[[Row], str], entry: DateOf, exit_: DateOf
) -> Iterator[tuple[Row, list[Row]]]:
    """One line a pupil, with all of theirs: a change of class gives several, of which the last opened is true.

    An open line wins over a closed one; among equals the latest entry, then the later in the file.
    """
    lines: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        lines[key(row)].append(row)
    for mine in lines.values():
        yield (
            max(enumerate(mine), key=lambda one: (exit_(one[1]) is None, entry(one[1]) or date.min, one[0]))[
                1
            ],
            mine,
        )


def _load(name: str, data: bytes) -> Any:
    if len(data) > MAX_JSON_BYTES:
        raise DocumentRefused(TOO_BIG.at(name))
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise DocumentRefused(BAD_JSON.at(name)) from error


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _recognised(name: str, content: list[Any]) -> str:
    if not content:
        raise DocumentRefused(EMPTY_ANSWER.at(name))
    fields = set().union(*(row for row in content if isinstance(row, dict)))
    for root, signs in _SIGNS.items():
        if fields & signs:
            return root
    raise DocumentRefused(UNKNOWN_DOCUMENT.at(name))


def _rows(name: str, content: list[Any]) -> list[Row]:
    if not all(isinstance(row, dict) for row in content):
        raise DocumentRefused(BAD_JSON.at(name))
    return content


def _usual_year(root: str, rows: list[Row]) -> int | None:
    years = Counter(year for row in rows if (year := year_of(root, row)) is not None)
    return years.most_common(1)[0][0] if years else None


def _year(value: Any) -> int | None:
    """« 2026 », 2026 or « 2026-2027 »."""
    digits = text(value)[:4]
    return int(digits) if len(digits) == 4 and digits.isdecimal() else None


def _instant(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text(value)).replace(tzinfo=None)
    except ValueError:
        return None
