"""Statements that go to PostgreSQL together: a journey costs as much as what it carries."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import DatabaseError
from django.db.models import Model

from core.statements import Question, Statement, insertion, present_connection


Row = TypeVar("Row", bound=Model)


class Trip:
    """One journey: statements played in their order, of which only the last one's answer comes back.

    For an act: they stand or fall with its transaction. Nothing leaves before `go` or `ask`.
    """

    def __init__(self) -> None:
        self._on = present_connection()
        self._sql: list[str] = []
        self._given: list[Any] = []

    def say(self, sql: str, *given: Any) -> None:
        """A statement written by hand."""
        self._sql.append(sql)
        self._given.extend(given)

    def call(self, statement: Statement, *given: Any) -> None:
        self.say(statement.call(given, self._on), *given)

    def insert(self, row: Model, *, or_nothing: bool = False) -> None:
        """A new row, whose number was drawn beforehand or will not be known."""
        statement = insertion(type(row), has_id=row.pk is not None, or_nothing=or_nothing)
        self.call(statement, *statement.given(row))
        row._state.adding, row._state.db = False, self._on.alias

    def go(self) -> int:
        """Leave; returns how many rows the last statement touched."""
        if not self._on.in_atomic_block:
            raise DatabaseError("Statements that go together belong to one transaction.")
        with self._on.cursor() as cursor:
            cursor.execute(";\n".join(self._sql), self._given)
            return cursor.rowcount

    def ask(self, question: Question[Row], *given: Any) -> list[Row]:
        """Leave with a question at the end; returns its answer."""
        self.call(question, *given)
        with self._on.cursor() as cursor:
            cursor.execute(";\n".join(self._sql), self._given)
            return question.rows(cursor.fetchall())
