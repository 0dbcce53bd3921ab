"""Walks a rule tree: each leaf with other values it could take, down to the rows of its tables."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from types import UnionType
from typing import Any, get_args

from django.db.models import Choices

from programmes.rule_tree import Rules, Section


def leaves(tree: Rules) -> Iterator[tuple[str, list[Any]]]:
    """Each dotted path with the sections reached by giving it other values."""
    for name, section in tree.sections():
        for path, others in changed(section):
            field = "return_" if name == "return" else name
            yield f"{name}.{path}", [tree.model_copy(update={field: other}) for other in others]


def changed(section: Section) -> Iterator[tuple[str, list[Section]]]:
    """Each path under a section with copies of it that differ there only; no validation: rules stay readable."""
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        inner = value[0] if isinstance(value, tuple) and value else value
        if isinstance(inner, Section):
            for path, others in changed(inner):
                yield (
                    f"{name}.{path}",
                    [
                        section.model_copy(
                            update={name: (other, *value[1:]) if isinstance(value, tuple) else other}
                        )
                        for other in others
                    ],
                )
        values = (
            [value[:-1]]
            if isinstance(inner, Section) and isinstance(value, tuple)
            else other_values(value, field.annotation)
        )
        if values and not (isinstance(inner, Section) and inner is value):
            yield name, [section.model_copy(update={name: other}) for other in values]


def other_values(value: Any, annotation: Any) -> list[Any]:
    match value:
        case bool():
            return [not value]
        case Choices():
            return [other for other in type(value) if other != value]
        case int():
            return [value + 1, value + 2]
        case Decimal():
            return [value + 1]
        case str():
            return [f"{value} 7"]
        case date():
            return [value + timedelta(days=7)]
        case time():
            return [value.replace(minute=45)]
        case tuple():
            return [value[:-1]] if value else []
        case None if isinstance(annotation, UnionType) and Decimal in _kinds(annotation):
            return [Decimal(12)]
        case None:
            return [1]
    return []


def _kinds(annotation: Any) -> set[Any]:
    found = {annotation}
    for part in get_args(annotation):
        found |= _kinds(part)
    return found
