"""Tables that only grow: PostgreSQL itself refuses to change or delete their rows."""

from django.db.migrations import RunSQL


CREATE_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append_only: rows of % are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def append_only(table: str) -> RunSQL:
    """A migration operation: rows of `table` can be added, never updated or deleted.

    TRUNCATE is for the owner of the table, who empties a test's or the demo's base with it.
    """
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        """,
        f"DROP TRIGGER {table}_append_only ON {table};",
    )


def frozen_columns(table: str, *columns: str) -> RunSQL:
    """A migration operation: once written, these columns of `table` keep their value."""
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table}
            FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION refuse_change();
        """,
        f"DROP TRIGGER {table}_frozen ON {table};",
    )


def set_once(table: str, column: str) -> RunSQL:
    """A migration operation: an empty column may be filled later, then keeps its value."""
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_{column}_once BEFORE UPDATE ON {table}
            FOR EACH ROW WHEN (OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})
            EXECUTE FUNCTION refuse_change();
        """,
        f"DROP TRIGGER {table}_{column}_once ON {table};",
    )


def never_deleted(table: str) -> RunSQL:
    """A migration operation: rows of `table` stay."""
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_kept BEFORE DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        """,
        f"DROP TRIGGER {table}_kept ON {table};",
    )
