"""The rows behind a figure, ready to be drawn: ordered, with what their line shows."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from reports.figures import Figure
from reports.pupils import with_situation
from reports.scope import Scope


def _pupils(rows: QuerySet[Any]) -> QuerySet[Any]:
    found = with_situation(rows).select_related("pupil", "school")
    return found.order_by("school__name", "class_code", "pupil__search_key", "pk")


def _schools(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("school").order_by("school__name", "pk")


def _tickets(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("school", "pupil", "assignee").order_by("opened_at", "pk")


def _returns(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("school", "loan__pupil", "loan__device").order_by("due_on", "pk")


def _imports(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("school").order_by("-received_at", "-pk")


def _deliveries(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("school", "team").order_by("on", "half_day", "pk")


DRESSED: dict[str, Callable[[QuerySet[Any]], QuerySet[Any]]] = {
    "pupils": _pupils,
    "schools": _schools,
    "tickets": _tickets,
    "returns": _returns,
    "imports": _imports,
    "deliveries": _deliveries,
}


def rows_to_show(figure: Figure, scope: Scope) -> QuerySet[Any]:
    """The very rows that are counted, in a fixed order."""
    return DRESSED[figure.kind](figure.rows(scope))
