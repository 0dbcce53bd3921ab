"""The statements of an import are planned once a connection, by keys that suit every school (issue 3, speed)."""

import pytest
from django.db import connection

from schools.imports.prepared import Planned
from schools.models import Pupil


def test_the_second_school_needs_no_other_plan_than_the_first(world):
    first, second = world.region.schools
    world.night(first)
    before = _plans()
    world.night(second)
    after = _plans()
    assert after.keys() == before.keys()
    used = [name for name in after if after[name] != before[name]]
    assert len(used) > 15
    assert {(after[name][0] - before[name][0], after[name][1] - before[name][1]) for name in used} == {(1, 0)}


def test_the_same_parameter_is_given_once():
    assert Planned("SELECT %(uai)s, %(on)s, %(uai)s").text == "SELECT $1::text, $2::date, $1::text"


@pytest.mark.parametrize("name", ['D"Arc', "Trois\tTabs", "L'Hôte,\\N"])
def test_a_value_that_csv_must_quote_comes_as_it_is(world, name):
    """What parsers leave of it: one space between words."""
    pupil = world.school.pupils[0]
    pupil.family_name = name
    world.night()
    assert Pupil.objects.get(ine=pupil.ine).family_name == " ".join(name.split())


def _plans() -> dict[str, tuple[int, int]]:
    """Of each prepared statement of imports: how often it was executed by the plan for all, and by one of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, generic_plans, custom_plans FROM pg_prepared_statements WHERE name ^@ 'import '"
        )
        return {name: (generic, custom) for name, generic, custom in cursor.fetchall()}
