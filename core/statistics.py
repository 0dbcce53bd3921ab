"""PostgreSQL is told how big tables have become before it is asked about many rows of them.

Autovacuum looks at a table up to minutes after it was filled or restored. Until then the planner believes it nearly
empty, and compares each row of a region with each other: hours instead of a second.
"""

from django.db import connection, models, transaction


_PAGES, _ROWS = 4, 200  # whatever the plan, fewer are quick

# What other transactions wrote shows in the size; what this one wrote may stand where old rows were.
_GROWN = """
SELECT relname FROM pg_class
WHERE oid = ANY(%s::regclass[]) AND (
    pg_relation_size(oid) / 8192 >= greatest(2 * relpages, %s)
    OR pg_stat_get_xact_tuples_inserted(oid) > greatest(reltuples, %s)
)
"""


def look_at_grown(*tables: type[models.Model]) -> list[str]:
    """Analyse those of these tables that have doubled since PostgreSQL last looked; returns their names.

    A look at 6,000 rows of each; autovacuum takes its time for the others later. A table that another worker is
    looking at is left to it.
    """
    names = [model._meta.db_table for model in tables]
    with connection.cursor() as cursor:
        cursor.execute(_GROWN, [names, _PAGES, _ROWS])
        grown = sorted(name for (name,) in cursor)
    if grown:
        _analyse(grown)
    return grown


@transaction.atomic
def _analyse(names: list[str]) -> None:
    listed = ", ".join(map(connection.ops.quote_name, names))
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL default_statistics_target = 20; ANALYZE (SKIP_LOCKED) {listed}")
