"""A page of 3 rows and a page of 300 ask the database the same number of questions."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(ask: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        ask()
    return [query["sql"] for query in captured.captured_queries]


def assert_same_queries(ask: Callable[[], Any], *, grow: Callable[[], Any]) -> None:
    """`ask` draws the page; `grow` adds rows. What is cached once for all (sessions, users) is asked beforehand."""
    ask()
    few = queries_of(ask)
    grow()
    many = queries_of(ask)
    more = "\n".join(many[len(few) :])
    assert len(few) == len(many), f"{len(few)} queries became {len(many)}, such as:\n{more[:2000]}"
