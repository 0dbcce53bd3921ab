"""How many rows PostgreSQL looks at to answer: what makes a question quick or endless, on any machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


_REMOVED = ("Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck")


@contextmanager
def counting_rows_read() -> Iterator[list[tuple[int, str]]]:
    """Fills a list with (rows looked at, question) of each lone SELECT asked inside, which is asked twice for it."""
    seen: list[tuple[int, str]] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith("SELECT") and ";\n" not in sql:
            seen.append((_rows_read(sql, params), sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield seen


def _rows_read(sql: str, params: Any) -> int:
    with connection.connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
        [[[plan]]] = cursor.fetchall()
    return round(_of_node(plan["Plan"]))


def _of_node(node: dict[str, Any]) -> float:
    """Rows of one step over all its turns, given on or thrown away, and of the steps under it."""
    rows = node["Actual Rows"] + sum(node.get(name, 0) for name in _REMOVED)
    return rows * node["Actual Loops"] + sum(map(_of_node, node.get("Plans", [])))
