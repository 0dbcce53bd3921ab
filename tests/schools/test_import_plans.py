"""What is staged is hashed, not read again for each row, however big the region is thought to be (issue 3, scale)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from schools.fictitious.evolutions import arrive


DISTINCT_VALUES = {
    "schools_pupil": {"ine": -1, "birth_on": 1_500, "search_key": -0.9},
    "schools_pupilalias": {"source": 1, "scope": 700, "identifier": -1, "pupil_id": -1},
    "schools_guardian": {"source": 1, "scope": 700, "identifier": -1},
    "schools_guardianship": {"pupil_id": -0.6, "guardian_id": -0.9},
    "schools_enrolment": {"pupil_id": -1, "school_id": 700, "campaign_id": 1, "state": 1},
}
"""How many each column of a large region's tables holds; a share of the rows when negative."""

GUARDIANS = """
INSERT INTO schools_guardian (public_id, source, scope, identifier, title, family_name, usage_name, given_name, email,
                              phone, address)
SELECT gen_random_uuid(), 'siecle', 'S' || n / 150, n, '', 'ABBÉVAL', '', 'Anne', '', '', ''
FROM generate_series(1, 100000) AS n
"""
BELIEVED_ROWS = """
SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', %s, 'relpages', 2000, 'reltuples', 600000::real)
"""
BELIEVED_VALUES = """
SELECT pg_restore_attribute_stats('schemaname', 'public', 'relname', %s, 'attname', %s, 'inherited', false,
    'null_frac', 0::real, 'avg_width', 8, 'n_distinct', %s::real, 'correlation', 1::real)
"""


@pytest.fixture
def large_region(world):
    """Guardians enough to be dear to search, and what PostgreSQL would know of 600,000 rows in each table."""
    with connection.cursor() as cursor:
        cursor.execute(GUARDIANS)
        for table, columns in DISTINCT_VALUES.items():
            cursor.execute(BELIEVED_ROWS, [table])
            for column, count in columns.items():
                cursor.execute(BELIEVED_VALUES, [table, column, count])


def test_no_statement_reads_a_staged_table_again_for_each_row(large_region, world):
    with plans_of_what_is_staged() as plans:
        world.night()
        arrive(world.region, world.school, on=world.on)
        for link in world.school.pupils[3].links:
            link.guardian.email = "nouvelle@example.org"
        world.school.pupils[4].links.pop()
        world.night()
    assert len(plans) > 20
    assert [sql for sql, plan in plans for _node in read_again(plan)] == []


@contextmanager
def plans_of_what_is_staged() -> Iterator[list[tuple[str, dict]]]:
    """The plan of each prepared statement of an import, asked for just before it runs."""
    plans = []

    def explain_first(execute, sql, params, many, context):
        given = iter(params or ())
        for one in sql.split(";\n") if sql.startswith("EXECUTE") else ():
            with connection.cursor() as cursor:
                cursor.cursor.execute(
                    f"EXPLAIN (FORMAT JSON) {one}", [next(given) for _ in range(one.count("%s"))]
                )
                plans.append((one, cursor.cursor.fetchone()[0][0]["Plan"]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain_first):
        yield plans


def read_again(node: dict) -> Iterator[str]:
    """The staged tables that a nested loop reads from end to end once for each row of its other side."""
    parts = node.get("Plans", [])
    if node["Node Type"] == "Nested Loop":
        inner = next(part for part in parts if part["Parent Relationship"] == "Inner")
        while inner["Node Type"] in ("Materialize", "Memoize"):
            [inner] = inner["Plans"]
        if inner.get("Relation Name", "").startswith("staged_"):
            yield json.dumps(inner)
    for part in parts:
        yield from read_again(part)
