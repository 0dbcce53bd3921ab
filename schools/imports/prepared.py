"""Statements that PostgreSQL reads and plans for the first school of a connection, and executes for the others.

A school is some thirty statements that touch a few hundred rows each: reading and planning them again took a tenth of
PostgreSQL's time. A plan goes by keys (`statistics.find_by_keys`), whoever the school is; PostgreSQL makes it again
when a table it reads is analysed, which happens each time the enrolments double.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any


_PARAMETER = re.compile(r"%\((\w+)\)s")
_TYPES = {
    "on": "date",
    "at": "timestamptz",
    "absences": "int",
    "few": "int",
    "rows": "int[]",
    "verdict_numbers": "int[]",
    "outcomes": "text[]",
    "verdicts": "text[]",
}
_NUMBERS = {"school", "campaign", "import", "by"}  # of rows; what is left is text


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as PostgreSQL keeps it, under a name that is that of its text."""

    name: str
    prepare: str
    execute: str


@lru_cache(maxsize=200)
def statement_of(sql: str) -> Statement:
    """The prepared form of a statement with `%(named)s` parameters."""
    names = list(dict.fromkeys(_PARAMETER.findall(sql)))
    types = ", ".join(map(_type_of, names))
    text = _PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", sql)
    name = f"import_{hashlib.sha256(f'{types} {text}'.encode()).hexdigest()[:16]}"
    given = ", ".join(f"%({name})s" for name in names)
    return Statement(
        name,
        f"PREPARE {name}{f' ({types})' if names else ''} AS {text}",
        f"EXECUTE {name}{f' ({given})' if names else ''}",
    )


def _type_of(parameter: str) -> str:
    return _TYPES.get(parameter) or ("bigint" if parameter in _NUMBERS else "text")


class Prepared:
    """The statements this connection has, asked once a school: another server may stand behind the same connection."""

    def __init__(self) -> None:
        self._names: set[str] | None = None

    def run(self, cursor: Any, sql: str, parameters: dict[str, Any]) -> None:
        """Execute a statement, prepared first if need be."""
        if self._names is None:
            cursor.execute("SELECT name FROM pg_prepared_statements")
            self._names = {name for (name,) in cursor.fetchall()}
        statement = statement_of(sql)
        if statement.name not in self._names:
            cursor.execute(statement.prepare)
            self._names.add(statement.name)
        cursor.execute(statement.execute, parameters)
