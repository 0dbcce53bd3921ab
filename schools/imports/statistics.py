"""Tells PostgreSQL how to find a school's rows, and when to look at how big the tables have become.

A first import fills empty tables faster than autovacuum looks at them; the planner, believing them empty, would then
scan a whole campaign for each pupil.
"""

from collections.abc import Iterable, Iterator

from django.db import connection

from core.statistics import look_at_grown
from schools.imports.report import SchoolReport
from schools.models import Enrolment, Guardian, Guardianship, Pupil, PupilAlias


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
    """The same reports; after each, the tables that have doubled are looked at."""
    for report in reports:
        look_at_filled_tables(report)
        yield report


def look_at_filled_tables(report: SchoolReport) -> None:
    """After a school is written, by whichever worker: only arrivals fill tables."""
    if report.counts.arrivals:
        look_at_grown(Enrolment, Guardian, Guardianship, Pupil, PupilAlias)
