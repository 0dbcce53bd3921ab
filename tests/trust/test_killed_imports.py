"""An import whose process is killed at any moment: all of the file is applied, or nothing (trust 36, 37)."""

from random import Random
from time import monotonic

import pytest
from django.db import connection

from schools.directory import import_schools
from schools.enums import ImportState
from schools.fictitious.directory import write_directory
from schools.fictitious.evolutions import arrive, rename
from schools.fictitious.region import make_region
from schools.models import EnrolmentImport, School
from tests.kit.waiting import backends, wait_for_the_dead, wait_until_waiting
from tests.schools.conftest import World
from tests.trust.base import every_row, names_enrolled, names_typed
from tests.trust.importers import our_database, workshop


pytestmark = pytest.mark.django_db(transaction=True)
KILLS = 20
PUPILS = 150


@pytest.fixture
def shop():
    with workshop(our_database()) as shop:
        yield shop


@pytest.fixture
def world(campaign, tmp_path) -> World:
    """One school, imported once."""
    region = make_region(schools=1, pupils=PUPILS, seed=36)
    import_schools(path=write_directory(region, tmp_path / "annuaire.csv"), campaign=campaign)
    world = World(campaign, region, tmp_path)
    world.night()
    return world


def change_much(world: World, random: Random) -> None:
    """A night with arrivals, departures, new names, new classes and new addresses."""
    for pupil in random.sample(world.school.pupils, 20):
        rename(world.region, pupil)
    for pupil in random.sample(world.school.pupils, 20):
        pupil.class_code = f"2GT{random.randrange(10, 99)}"
    arrive(world.region, world.school, on=world.on)


@pytest.mark.trust(36)
def test_killed_at_twenty_moments_each_night_is_all_or_nothing_and_a_second_run_finishes(world, shop):
    random, longest, kills, living = Random(36), 2.0, 0, backends()
    for _night in range(6 * KILLS):  # an import that was quicker than its killer is another night's
        world.nights += 1
        change_much(world, random)
        paths, before, started = world.export(), every_row(), monotonic()
        order = shop.import_files(paths, world.on)
        answer = order.wait(random.uniform(0, longest)) or order.kill()
        longest = monotonic() - started if answer["status"] == 0 else longest
        kills += answer["status"] != 0
        wait_for_the_dead(living)
        is_untouched = every_row() == before
        assert is_untouched or names_enrolled() == names_typed(world.school)
        assert EnrolmentImport.objects.filter(for_date=world.on).exists() is not is_untouched
        again = shop.import_files(paths, world.on).wait()
        assert again["said"] == [ImportState.APPLIED if is_untouched else ImportState.UNCHANGED]
        assert names_enrolled() == names_typed(world.school)
        if kills == KILLS:
            return
    raise AssertionError(f"Only {kills} imports were killed.")


@pytest.mark.trust(37)
def test_two_processes_at_once_apply_a_file_once(world, shop):
    """Both are at the school's door when it opens: one applies, the other finds nothing left to do."""
    world.nights += 1
    change_much(world, Random(37))
    paths = world.export()
    school = School.objects.get(uai=world.school.uai)
    with workshop(our_database()) as second:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('schools.imports'), %s)", [school.pk])
            orders = [one.import_files(paths, world.on) for one in (shop, second)]
            wait_until_waiting(2)
            cursor.execute("SELECT pg_advisory_unlock(hashtext('schools.imports'), %s)", [school.pk])
        states = sorted(order.wait()["said"][0] for order in orders)
    assert states == [ImportState.APPLIED, ImportState.UNCHANGED]
    assert names_enrolled() == names_typed(world.school)
