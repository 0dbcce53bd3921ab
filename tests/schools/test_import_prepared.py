"""The statements of an import are planned once a connection, by keys that suit every school (issue 3, speed)."""

import pytest
from django.db import connection

from schools.fictitious.evolutions import arrive
from schools.imports.prepared import statement_of
from schools.models import Enrolment, Pupil


@pytest.fixture(autouse=True)
def forgotten(db):
    _forget()


def test_the_second_school_needs_no_other_plan_than_the_first(world):
    first, second = world.region.schools
    world.night(first)
    plans = set(_plans())
    world.night(second)
    assert len(plans) > 15
    assert {name: (generic, custom) for name, generic, custom in _plans()} == {
        name: (generic + 1, custom) for name, generic, custom in plans
    }
    assert {custom for _name, _generic, custom in plans} == {0}


def test_a_connection_that_forgot_them_prepares_them_again(world):
    world.night()
    _forget()
    arrive(world.region, world.school, on=world.on)
    world.night()
    assert Enrolment.objects.count() == 81


def test_the_same_parameter_is_given_once():
    statement = statement_of("SELECT %(uai)s, %(on)s, %(uai)s")
    assert statement.prepare.endswith(" (text, date) AS SELECT $1, $2, $1")
    assert statement.execute == f"EXECUTE {statement.name} (%(uai)s, %(on)s)"


@pytest.mark.parametrize("name", ['D"Arc', "Trois\tTabs", "L'Hôte,\\N"])
def test_a_value_that_csv_must_quote_comes_as_it_is(world, name):
    """What parsers leave of it: one space between words."""
    pupil = world.school.pupils[0]
    pupil.family_name = name
    world.night()
    assert Pupil.objects.get(ine=pupil.ine).family_name == " ".join(name.split())


def _plans():
    return _ask(
        "SELECT name, generic_plans, custom_plans FROM pg_prepared_statements WHERE name ^@ 'import_'"
    )


def _forget():
    for name, *_plans_made in _plans():
        _ask(f"DEALLOCATE {name}")


def _ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []
