"""Statements that PostgreSQL reads and plans for the first school of a connection, and executes for the others.

A school is some thirty statements that touch a few hundred rows each: reading and planning them again took a tenth of
PostgreSQL's time. A plan goes by keys (`statistics.find_by_keys`), whoever the school is; PostgreSQL makes it again
when a table it reads is analysed, which happens each time the enrolments double.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any

from core.statements import Statement


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
    "uais": "text[]",
}
_NUMBERS = {"school", "campaign", "import", "by"}  # of rows; what is left is text


class Planned(Statement):
    """A statement with `%(named)s` parameters, under a name that is that of its text."""

    def __init__(self, sql: str) -> None:
        super().__init__(f"import {sha256(sql.encode()).hexdigest()[:16]}")
        self._sql = sql
        self._names = list(dict.fromkeys(_PARAMETER.findall(sql)))

    @cached_property
    def text(self) -> str:
        return _PARAMETER.sub(
            lambda found: f"${self._names.index(found[1]) + 1}::{_type_of(found[1])}", self._sql
        )

    def called(self, parameters: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
        """How it is called with its own among these parameters, and those."""
        given = tuple(parameters[name] for name in self._names)
        return self.call(given), given


planned = lru_cache(maxsize=200)(Planned)


def _type_of(parameter: str) -> str:
    return _TYPES.get(parameter) or ("bigint" if parameter in _NUMBERS else "text")
