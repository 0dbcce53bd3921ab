"""A school's rows are found by their keys: no table of the region is read whole for one school (issue 3, scale)."""

from django.db import connection

from schools.enums import ImportState
from schools.fictitious.evolutions import arrive


TABLES = [
    f"schools_{name}" for name in ("pupil", "pupilalias", "guardian", "guardianship", "enrolment", "school")
]


def test_no_import_reads_a_whole_table_of_the_region(running):
    """With statistics that say how small these tables are, PostgreSQL would rather read them whole."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(TABLES)}")
    before = whole_readings()
    arrive(running.region, running.school, on=running.on)
    report = running.night()
    assert {school.state for school in report.schools} == {ImportState.APPLIED, ImportState.UNCHANGED}
    assert whole_readings() == before


def whole_readings() -> dict[str, int]:
    """How often each table was read from end to end in this transaction, which is the whole test's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, seq_scan FROM pg_stat_xact_user_tables WHERE relname = ANY(%s)", [TABLES]
        )
        return dict(cursor.fetchall())
