"""PostgreSQL is told how big the tables have become when they have doubled, and not at each school (issue 3, speed)."""

from datetime import date

import pytest
from django.db import connection

from programmes.campaigns import open_campaign
from schools.imports.statistics import FIRST_LOOK, analyse_if_grown
from tests.loans.crowd import enrol_crowd
from tests.schools.factories import EnrolmentFactory


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nobody_else_looks(transactional_db):
    """Autovacuum comes when it likes, and would know the tables before we do; so did the acts of other tests."""
    _do("SELECT pg_clear_relation_stats('public', 'schools_enrolment')")
    _do("ALTER TABLE schools_enrolment SET (autovacuum_enabled = false)")
    yield
    _do("ALTER TABLE schools_enrolment RESET (autovacuum_enabled)")


def test_tables_are_looked_at_once_until_they_have_doubled():
    campaign, before = open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 7, 6)), _looks()
    EnrolmentFactory(campaign=campaign)
    assert _looks(after_school_of=1) == before
    enrol_crowd(campaign, FIRST_LOOK)
    assert _looks(after_school_of=FIRST_LOOK) == before + 1
    assert _looks(after_school_of=1) == before + 1
    assert _known_rows() == FIRST_LOOK + 1
    EnrolmentFactory.create_batch(FIRST_LOOK + 1, campaign=campaign)
    assert _looks(after_school_of=FIRST_LOOK + 1) == before + 2


def _looks(after_school_of: int = 0) -> int:
    """How often the table of enrolments was looked at, once a school of so many arrivals was imported."""
    _tell_counters()
    analyse_if_grown(after_school_of)
    _tell_counters()
    return _one("SELECT analyze_count FROM pg_stat_user_tables WHERE relid = 'schools_enrolment'::regclass")


def _known_rows() -> int:
    return _one("SELECT reltuples::int FROM pg_class WHERE oid = 'schools_enrolment'::regclass")


def _tell_counters() -> None:
    """What this connection did is told to the shared counters when its next statement ends."""
    _one("SELECT 1 FROM pg_stat_force_next_flush()")


def _one(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def _do(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
