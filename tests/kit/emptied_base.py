"""What a test committed goes before the next one: the rows of the tables it filled, not each table of the house.

Django truncates them all and writes every permission again: half a second for each test that commits.
"""

from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase


KEPT = {"auth_permission", "django_content_type"}  # the same for every test
_IS_SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
_truncate_all = TransactionTestCase._fixture_teardown


def empty_filled_tables(case: Any) -> None:
    """Wait, as `TRUNCATE` does, for whoever still reads or writes; do as Django where triggers are not ours to pass."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_SUPERUSER)
        [is_superuser] = cursor.fetchone()
    if is_superuser:
        _delete(sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT))
    else:
        _truncate_all(case)


@transaction.atomic
def _delete(names: list[str]) -> None:
    tables = [connection.ops.quote_name(name) for name in names]
    is_filled = [f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables]  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # some tables refuse to lose a row
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(" UNION ALL ".join(is_filled))
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
