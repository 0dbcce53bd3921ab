"""Foreign keys that PostgreSQL checks a statement at a time.

Its own are checked a row at a time: a school's import writes a thousand rows that name three thousand others, and the
checks took a third of its time. Here the rows a statement wrote are looked up together, and held as a foreign key holds
them (FOR KEY SHARE), so that nobody deletes what they name before they are committed; those that the same transaction
wrote are out of others' reach, and only counted. Whoever deletes a row that is named is refused. The error is that of a
foreign key, and comes with the statement, not with the commit.

A model says `db_constraint=False`, and its migration says what stands in for it.
"""

from django.db.migrations import RunSQL


# A trigger's plan is kept as long as the connection: one made while a table was empty would read it whole for ever.
# Each row written leads to the row it names, and each row gone to those that name it, by an index.
_FUNCTION = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    named bigint;
    ours bigint;
    held bigint;
BEGIN
{body}
    RETURN NULL;
END $$;
"""

_REFUSED = """RAISE EXCEPTION '"{table}"."{column}" names a row of "{parent}" that is not there'
            USING ERRCODE = 'foreign_key_violation', TABLE = '{table}', COLUMN = '{column}',
                  CONSTRAINT = '{table}_{column}_named'"""

_ALL_NAMED = """
    SELECT count(DISTINCT {column}) INTO named FROM written;
    SELECT count(*) INTO ours FROM {parent}
    WHERE id IN (SELECT {column} FROM written) AND xmin = pg_current_xact_id()::xid;
    IF ours < named THEN
        PERFORM 1 FROM {parent}
        WHERE id IN (SELECT {column} FROM written) AND xmin <> pg_current_xact_id()::xid FOR KEY SHARE;
        GET DIAGNOSTICS held = ROW_COUNT;
        IF held + ours < named THEN
            {refused};
        END IF;
    END IF;
"""

_ONE_NAMED = """
    PERFORM 1 FROM {parent} WHERE id = NEW.{column} FOR KEY SHARE;
    IF NOT FOUND THEN
        {refused};
    END IF;
"""

_NAMED_STILL = """
    IF EXISTS (SELECT 1 FROM {table} WHERE {column} IN (SELECT id FROM gone)) THEN
        RAISE EXCEPTION 'a row of "{parent}" is still named by "{table}"."{column}"'
            USING ERRCODE = 'foreign_key_violation', TABLE = '{table}', COLUMN = '{column}',
                  CONSTRAINT = '{table}_{column}_kept';
    END IF;
"""

_TRIGGERS = """
CREATE TRIGGER {table}_{column}_named AFTER UPDATE OF {column} ON {table}
    FOR EACH ROW WHEN (NEW.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})
    EXECUTE FUNCTION {table}_{column}_named();
CREATE TRIGGER {table}_{column}_kept AFTER DELETE ON {parent} REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_{column}_kept();
CREATE TRIGGER {table}_{column}_fixed BEFORE UPDATE OF id ON {parent}
    FOR EACH ROW WHEN (NEW.id IS DISTINCT FROM OLD.id) EXECUTE FUNCTION refuse_change();
"""


def checked_by_statement(table: str, **parents: str) -> RunSQL:
    """A migration operation: each of these columns of `table` names a row (its `id`) of that other table, or none."""
    named = f"{table}_named"
    forward = [
        _FUNCTION.format(name=named, body="".join(_all_named(table, *pair) for pair in parents.items()))
    ]
    forward.append(
        f"CREATE TRIGGER {named} AFTER INSERT ON {table} REFERENCING NEW TABLE AS written"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {named}();"
    )
    backward = [f"DROP TRIGGER {named} ON {table}; DROP FUNCTION {named}();"]
    for column, parent in parents.items():
        forward += _of_one_column(table, column, parent)
        backward.append(_undone(table, column, parent))
    return RunSQL("".join(forward), "".join(backward))


def named_otherwise(table: str, **parents: str) -> RunSQL:
    """A migration operation, when what is asked of the rows inserted into a table has changed since."""
    body = "".join(_all_named(table, *pair) for pair in parents.items())
    function = _FUNCTION.format(name=f"{table}_named", body=body)
    return RunSQL(function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"), RunSQL.noop)


def _all_named(table: str, column: str, parent: str) -> str:
    return _ALL_NAMED.format(column=column, parent=parent, refused=_refused(table, column, parent))


def _refused(table: str, column: str, parent: str) -> str:
    return _REFUSED.format(table=table, column=column, parent=parent)


def _of_one_column(table: str, column: str, parent: str) -> list[str]:
    words = {"table": table, "column": column, "parent": parent, "refused": _refused(table, column, parent)}
    return [
        _FUNCTION.format(name=f"{table}_{column}_named", body=_ONE_NAMED.format(**words)),
        _FUNCTION.format(name=f"{table}_{column}_kept", body=_NAMED_STILL.format(**words)),
        _TRIGGERS.format(**words),
    ]


def _undone(table: str, column: str, parent: str) -> str:
    return (
        f"DROP TRIGGER {table}_{column}_named ON {table}; DROP TRIGGER {table}_{column}_kept ON {parent};"
        f" DROP TRIGGER {table}_{column}_fixed ON {parent};"
        f" DROP FUNCTION {table}_{column}_named(); DROP FUNCTION {table}_{column}_kept();"
    )
