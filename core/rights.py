"""The right to change the past: nobody's work needs it, so the role that the program connects with has none (trust 19).

The triggers of `core.triggers` refuse every hand; an owner of the tables could remove them. So two roles: one owns the
tables and plays the migrations, the other works.
"""

from django.db import connection, transaction


GUARDED = {"append_only": ("UPDATE", "DELETE"), "kept": ("DELETE",)}  # what each kind of trigger refuses
ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")
NOBODYS = ("TRUNCATE", "TRIGGER")  # the ways round a trigger
COUNTING = (
    "MAINTAIN"  # ANALYZE, since PostgreSQL 17: an import that fills tables tells how big they have become
)

_TABLES = """
SELECT tables.relname,
       coalesce(bool_or(guard.tgname = tables.relname || '_append_only'), false),
       coalesce(bool_or(guard.tgname = tables.relname || '_kept'), false)
  FROM pg_class AS tables
  LEFT JOIN pg_trigger AS guard ON guard.tgrelid = tables.oid AND NOT guard.tgisinternal
 WHERE tables.relkind IN ('r', 'p') AND tables.relnamespace = current_schema()::regnamespace
 GROUP BY tables.relname
 ORDER BY tables.relname
"""


def tables() -> dict[str, tuple[str, ...]]:
    """What a program may do to each table of the house: `core_evidenceevent` → `SELECT`, `INSERT`."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        found = cursor.fetchall()
    return {name: _rights(append_only, kept) for name, append_only, kept in found}


def _rights(append_only: bool, kept: bool) -> tuple[str, ...]:
    refused = GUARDED["append_only"] if append_only else GUARDED["kept"] if kept else ()
    return tuple(right for right in ALL if right not in refused)


@transaction.atomic
def grant_rights(*, role: str) -> int:
    """Give a role of the server what the program needs and nothing more; played again after each migration.

    Whoever owns the tables plays it. Returns the number of tables that the role may only add to.
    """
    name, house = connection.ops.quote_name(role), tables()
    server = connection.features
    counting = (COUNTING,) if server.is_postgresql_17 else ()  # type: ignore[attr-defined]  # of Django’s stubs
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = connection.ops.quote_name(cursor.fetchone()[0])
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {name}")
        for table, rights in house.items():
            cursor.execute(f"REVOKE ALL ON {connection.ops.quote_name(table)} FROM {name}")
            cursor.execute(
                f"GRANT {', '.join((*rights, *counting))} ON {connection.ops.quote_name(table)} TO {name}"
            )
    return sum(rights == ("SELECT", "INSERT") for rights in house.values())


def rights_too_many() -> list[str]:
    """What our own role could do to the past: `TRUNCATE core_evidenceevent`. Empty where two roles are used."""
    found = []
    with connection.cursor() as cursor:
        for table, rights in tables().items():
            if rights == ALL:
                continue
            for right in (*(one for one in ALL if one not in rights), *NOBODYS):
                cursor.execute("SELECT has_table_privilege(%s, %s)", [table, right])
                found += [f"{right} {table}"] if cursor.fetchone()[0] else []
    return found
