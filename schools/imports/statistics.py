"""Tells PostgreSQL how to find a school's rows, and how big the tables have become.

A first import fills empty tables faster than autovacuum looks at them; the planner, believing them empty, would then
scan a whole campaign for each pupil.
"""

from collections.abc import Iterable, Iterator

from django.db import connection, transaction

from schools.imports.report import SchoolReport


FIRST_LOOK = 200  # enrolments opened
_TABLES = (
    "schools_pupil (ine, birth_on), schools_pupilalias (scope, identifier), schools_guardian (scope, identifier),"
    " schools_guardianship (pupil_id, guardian_id), schools_enrolment (pupil_id, school_id, campaign_id, state)"
)


def find_by_keys() -> None:
    """In this transaction rows are found by their keys, whatever the statistics say.

    A school is hundreds of rows and each table of the region has an index for the way we ask. Left to statistics that
    are hours old, or to a base that fits in memory but is priced like a disk, the planner reads a whole table of the
    region for one school: a load then takes longer for each school the more schools there are.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_nestloop = on;"
            " SET LOCAL random_page_cost = 1.1; SET LOCAL plan_cache_mode = force_generic_plan"
        )


def read_whole() -> None:
    """Until `find_by_keys`, in this transaction, tables filled a moment ago are read whole and hashed."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_nestloop = off")


def keep_statistics(reports: Iterable[SchoolReport]) -> Iterator[SchoolReport]:
    """The same reports; after each, the tables are analysed if the enrolments have doubled."""
    for report in reports:
        analyse_if_grown(report.counts.arrivals)
        yield report


def analyse_if_grown(arrivals: int) -> None:
    """For schools imported one by one, by several workers: asks PostgreSQL whether the enrolments have doubled.

    A look at 6,000 rows of each table, not at 30,000: autovacuum takes its time for the others later.
    """
    if not arrivals or not _have_doubled():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        if _have_doubled():  # still, and nobody else is looking
            cursor.execute(f"SET LOCAL default_statistics_target = 20; ANALYZE {_TABLES}")


def _have_doubled() -> bool:
    """Alone in looking until the end of the transaction, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(_HAVE_DOUBLED, {"least": FIRST_LOOK})
        return bool(cursor.fetchone()[0])


# One worker at a time; reltuples is -1 before the first look. The rows alive are compared, not the changes counted
# since the last look: a look at some columns only does not set that count back, and each school would pay for one.
_HAVE_DOUBLED = """
SELECT pg_stat_get_live_tuples(c.oid) - c.reltuples >= greatest(c.reltuples, %(least)s)
       AND pg_try_advisory_xact_lock(hashtext('schools.statistics'))
FROM pg_class c WHERE c.oid = 'schools_enrolment'::regclass
"""
