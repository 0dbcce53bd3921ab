"""Statements composed once: by the ORM once a process, planned by PostgreSQL once a connection.

For what is asked thousands of times an hour: composing and planning cost ten times what answering does. The ORM keeps
the only writing of a question or a change; what differs each time is given as arguments (`$1`, `$2`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache, cached_property
from hashlib import sha256
from typing import Any, Generic, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    Expression,
    Field,
    ForeignKey,
    Func,
    IntegerField,
    Model,
    QuerySet,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery


Row = TypeVar("Row", bound=Model)
LONGEST_NAME = 63  # PostgreSQL cuts longer ones
_PLANNED: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()  # by connection, what it knows already


class Given(Expression):
    """An argument to come, where a queryset has a value."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return f"${self.place}", []


class NewId(Func):
    """The next number of a table: drawn beforehand, so that rows written together can name one another."""

    function = "nextval"

    def __init__(self, model: type[Model]) -> None:
        sequence = Func(Value(model._meta.db_table), Value("id"), function="pg_get_serial_sequence")
        super().__init__(sequence, output_field=BigIntegerField())


def present_connection() -> BaseDatabaseWrapper:
    """This thread's own: `django.db.connection` looks for it again at each word."""
    return connections[DEFAULT_DB_ALIAS]


class Statement:
    """Anything PostgreSQL plans once a connection; `name` is how it is called there."""

    def __init__(self, name: str) -> None:
        self.name = name if len(name) <= LONGEST_NAME else sha256(name.encode()).hexdigest()[:LONGEST_NAME]

    @cached_property
    def text(self) -> str:
        raise NotImplementedError

    def call(self, given: tuple[Any, ...], on: BaseDatabaseWrapper | None = None) -> str:
        """How it is called with so many arguments, known to this connection from now on."""
        on = on or present_connection()
        if on.connection is None:
            on.ensure_connection()
        known = _PLANNED.get(on.connection)
        if known is None:
            known = _PLANNED.setdefault(on.connection, set())
        if self.name not in known:
            with on.wrap_database_errors, on.connection.cursor() as cursor:
                cursor.execute(f'PREPARE "{self.name}" AS {self.text}')
            known.add(self.name)
        places = f"({', '.join(['%s'] * len(given))})" if given else ""
        return f'EXECUTE "{self.name}"{places}'

    def play(self, given: tuple[Any, ...]) -> int:
        """Alone and now; returns how many rows it touched."""
        on = present_connection()
        with on.cursor() as cursor:
            cursor.execute(self.call(given, on), given)
            return cursor.rowcount


class Question(Statement, Generic[Row]):
    """A queryset of model instances, with what it selects, defers and annotates; made by `question`."""

    def __init__(self, ask: Callable[..., QuerySet[Row]]) -> None:
        super().__init__(f"{ask.__module__}.{ask.__qualname__}")
        self._ask = ask
        self.__doc__ = ask.__doc__

    def __call__(self, *given: Any) -> list[Row]:
        on = present_connection()
        with on.cursor() as cursor:
            cursor.execute(self.call(given, on), given)
            return self.rows(cursor.fetchall())

    @cached_property
    def _compiled(self) -> tuple[str, Any]:
        queryset = self._ask(*_arguments_of(self._ask))
        compiler = queryset.query.get_compiler(connection=connection)
        return _in_one_piece(*compiler.as_sql()), compiler

    @cached_property
    def text(self) -> str:
        return self._compiled[0]

    @cached_property
    def _shape(self) -> tuple[Any, ...]:
        """How a row becomes an instance: as `django.db.models.query.ModelIterable` does it, found out once."""
        compiler = self._compiled[1]
        chosen, select = compiler.klass_info, compiler.select
        columns = chosen["select_fields"]
        part = slice(columns[0], columns[-1] + 1)
        names = [column[0].target.attname for column in select[part]]
        populators = get_related_populators(chosen, select, connection.alias)  # type: ignore[call-arg]
        converters = compiler.get_converters([column[0] for column in select])
        return chosen["model"], names, part, populators, compiler.annotation_col_map or {}, converters

    def rows(self, found: list[tuple[Any, ...]]) -> list[Row]:
        """The instances in what PostgreSQL answered."""
        return list(self._instances(found))

    def _instances(self, found: list[tuple[Any, ...]]) -> Iterator[Row]:
        model, names, part, populators, annotations, converters = self._shape
        alias = connection.alias
        for row in self._compiled[1].apply_converters(found, converters) if converters else found:
            instance = model.from_db(alias, names, row[part])
            for populator in populators:
                populator.populate(row, instance)
            for name, column in annotations.items():
                setattr(instance, name, row[column])
            yield instance


def question(ask: Callable[..., QuerySet[Row]]) -> Question[Row]:
    """Decorates a function that returns a queryset: called, it returns the rows found."""
    return Question(ask)


class Change(Statement):
    """An `update()` of the rows of a queryset; made by `change`."""

    def __init__(self, which: Callable[..., QuerySet[Any]], values: dict[str, Any]) -> None:
        super().__init__(f"{which.__module__}.{which.__qualname__}")
        self._which, self._values = which, values
        self.__doc__ = which.__doc__

    def __call__(self, *given: Any) -> int:
        """Change them now; returns how many there were."""
        return self.play(given)

    @cached_property
    def text(self) -> str:
        query: Any = self._which(*_arguments_of(self._which)).query.chain(UpdateQuery)
        query.add_update_values(self._values)
        return _in_one_piece(*query.get_compiler(connection=connection).as_sql())


def change(**values: Any) -> Callable[[Callable[..., QuerySet[Any]]], Change]:
    """Decorates a function that returns a queryset: called, it gives these values to its rows."""
    return lambda which: Change(which, values)


class Insertion(Statement):
    """A row of a model; `or_nothing`: unless a constraint of unicity knows it already."""

    def __init__(self, model: type[Model], *, has_id: bool, or_nothing: bool) -> None:
        self._columns = columns_of(model, has_id=has_id)
        self._table, self._or_nothing = model._meta.db_table, or_nothing
        variant = ("", " with id")[has_id] + ("", " or nothing")[or_nothing]
        super().__init__(f"insert {self._table}{variant}")

    def given(self, row: Model) -> tuple[Any, ...]:
        """What the row holds, as its fields write it."""
        return written(row, self._columns)

    @cached_property
    def text(self) -> str:
        columns = ", ".join(f'"{field.column}"' for field, _plain in self._columns)
        places = ", ".join(f"${place + 1}" for place in range(len(self._columns)))
        conflict = " ON CONFLICT DO NOTHING" if self._or_nothing else ""
        return f'INSERT INTO "{self._table}" ({columns}) VALUES ({places}){conflict}'  # noqa: S608 - names of models


@cache
def insertion(model: type[Model], *, has_id: bool = False, or_nothing: bool = False) -> Insertion:
    return Insertion(model, has_id=has_id, or_nothing=or_nothing)


# What psycopg2 writes as it is, when a column of this kind holds a value of this very type.
PLAIN: tuple[tuple[type[Field[Any, Any]], type], ...] = (
    (CharField, str),
    (TextField, str),
    (IntegerField, int),  # and numbers of rows
    (ForeignKey, int),
    (BooleanField, bool),
    (DateTimeField, datetime),  # before the dates, which it is one of
    (DateField, date),
    (UUIDField, UUID),
)


def columns_of(model: type[Model], *, has_id: bool) -> list[tuple[Field[Any, Any], type | None]]:
    """The columns of a new row, each with the type that needs no preparation, if there is one."""
    fields = [field for field in model._meta.concrete_fields if has_id or not field.primary_key]
    return [(field, _plain_type(field)) for field in fields]


def _plain_type(field: Field[Any, Any]) -> type | None:
    if type(field).pre_save is not Field.pre_save and getattr(field, "auto_now_add", False):
        return None
    return next((plain for kind, plain in PLAIN if isinstance(field, kind)), None)


def written(row: Model, columns: list[tuple[Field[Any, Any], type | None]]) -> tuple[Any, ...]:
    """The values of a new row's columns, as PostgreSQL takes them."""
    on, values = present_connection(), []
    for field, plain in columns:
        value = getattr(row, field.attname)
        if plain is None or (value is not None and type(value) is not plain):
            value = field.get_db_prep_save(field.pre_save(row, True), on)
        values.append(value)
    return tuple(values)


def prepared(field: Field[Any, Any], value: Any) -> Any:
    """A value that a column gets, as PostgreSQL takes it; a row stands for its number."""
    return field.get_db_prep_save(value.pk if isinstance(value, Model) else value, present_connection())


def _arguments_of(made: Callable[..., Any]) -> list[Given]:
    return [Given(place + 1) for place in range(len(inspect.signature(made).parameters))]


def _in_one_piece(sql: str, constants: tuple[Any, ...]) -> str:
    """The statement with its constants in it; only what is given each time is left out."""
    with connection.cursor() as cursor:
        return str(cursor.cursor.mogrify(sql, constants).decode())
