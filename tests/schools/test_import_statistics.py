"""What an import fills is looked at once it has doubled, before the next school is searched (issue 3, speed)."""

import pytest
from django.db import connection

from schools.directory import import_schools
from schools.fictitious.directory import write_directory
from schools.fictitious.region import make_region
from schools.models import Enrolment, Guardian, Guardianship, Pupil
from tests.kit.queries import queries_of
from tests.schools.conftest import World


FILLED = (Enrolment, Guardian, Guardianship, Pupil)


@pytest.fixture
def school(campaign, tmp_path):
    """A school large enough to matter; what it writes is not committed, so autovacuum cannot come between."""
    region = make_region(schools=1, pupils=220, seed=7)
    import_schools(path=write_directory(region, tmp_path / "annuaire.csv"), campaign=campaign)
    for model in FILLED:
        _one("SELECT pg_clear_relation_stats('public', %s)", model)
    return World(campaign, region, tmp_path)


def test_tables_are_looked_at_once_until_they_have_doubled(school):
    first = queries_of(school.night)
    assert [query for query in first if "ANALYZE" in query] != []
    for model in FILLED:
        assert _known(model) == model.objects.count() > 200
    school.region.schools[0].pupils.pop()
    second = queries_of(school.night)
    assert [query for query in second if "ANALYZE" in query] == []


def _known(model) -> int:
    return _one("SELECT reltuples::int FROM pg_class WHERE oid = %s::regclass", model)


def _one(query: str, model) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, [model._meta.db_table])
        return cursor.fetchone()[0]
