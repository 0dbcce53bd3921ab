"""A file that would empty a school, or turn its families' addresses, waits for a person (trust 29, 30, 33)."""

from random import Random

import pytest

from core.models import Message
from schools.directory import import_schools
from schools.enums import ImportState
from schools.fictitious.directory import write_directory
from schools.fictitious.region import make_region
from schools.models import Enrolment, EnrolmentImport
from tests.schools.conftest import World
from tests.trust.base import every_row


pytestmark = pytest.mark.django_db


def world_of(campaign, folder, pupils: int, schools: int = 1) -> World:
    """Schools of so many pupils, imported once."""
    region = make_region(schools=schools, pupils=pupils, seed=29)
    import_schools(path=write_directory(region, folder / "annuaire.csv"), campaign=campaign)
    world = World(campaign, region, folder)
    assert world.night().counts.arrivals == pupils * schools
    return world


def keep(school, count: int) -> None:
    """Some of every class go missing: no class vanishes, nothing else shows."""
    school.pupils = sorted(Random(29).sample(school.pupils, count), key=lambda pupil: pupil.eleve_id)


@pytest.fixture
def thousand(campaign, tmp_path):
    return world_of(campaign, tmp_path, 1000)


@pytest.mark.trust(29)
@pytest.mark.parametrize(("left", "state"), [(900, "applied"), (899, "held"), (0, "refused")])
def test_of_a_thousand_pupils_a_hundred_may_be_missing_and_no_more(campaign, tmp_path, left, state):
    """One tenth exactly passes (`departure.feed_drop_guard`); even then nobody leaves before the third night."""
    world = world_of(campaign, tmp_path, 1000, schools=3)
    before = every_row()
    keep(world.school, left)
    report = world.night(world.school)
    assert report.schools[0].state == state
    assert Enrolment.objects.active().count() == 3000
    assert report.counts.departures == 0
    assert (every_row() == before) is (state != "applied")
    assert Enrolment.objects.filter(absences_count=1).count() == (100 if state == "applied" else 0)


@pytest.mark.trust(29)
def test_of_a_region_a_twentieth_may_be_missing_in_a_night_and_no_more(campaign, tmp_path):
    """Each school alone is below its own guard; together they empty the region a little every night."""
    world = world_of(campaign, tmp_path, 400, schools=3)
    for school in world.region.schools:
        keep(school, 368)
    report = world.night()
    assert [school.state for school in report.schools] == ["applied", "held", "held"]
    assert Enrolment.objects.filter(absences_count=1).count() == 32


@pytest.mark.trust(29)
def test_a_held_file_stays_so_night_after_night_and_says_why(thousand):
    keep(thousand.school, 899)
    for _night in range(4):
        report = thousand.night()
        assert report.held == [thousand.school.uai]
        assert "101" in report.schools[0].hold_reasons[0]
    assert Enrolment.objects.active().filter(absences_count=0).count() == 1000


@pytest.mark.trust(29, 30)
def test_a_school_of_forty_that_loses_everybody_is_refused(campaign, tmp_path):
    world = world_of(campaign, tmp_path, 40)
    before = every_row()
    world.school.pupils = []
    report = world.night()
    assert report.schools[0].state == ImportState.REFUSED
    assert "no_pupil" in report.finding_counts()
    assert every_row() == before


@pytest.mark.trust(29)
def test_losing_a_tenth_every_night_does_not_slip_below_the_guard(thousand):
    """Each night alone passes; the second compares with who is enrolled, not with the night before."""
    keep(thousand.school, 950)
    assert thousand.night().all_accepted
    keep(thousand.school, 890)
    assert thousand.night().held == [thousand.school.uai]
    assert Enrolment.objects.active().count() == 1000


@pytest.mark.trust(30)
@pytest.mark.parametrize(
    "files", [("ElevesAvecAdresses",), ("ElevesAvecAdresses", "ResponsablesAvecAdresses")]
)
def test_an_empty_list_is_well_formed_and_refused(running, files):
    before, mails = every_row(), Message.objects.count()
    running.school.pupils = []
    running.nights += 1
    running.export(running.school, files=files)
    report = running.receive()
    assert [school.state for school in report.schools] == [ImportState.REFUSED]
    assert report.finding_counts()["no_pupil"] == 1
    assert (every_row(), Message.objects.count()) == (before, mails)
    assert EnrolmentImport.objects.latest("pk").refusal


def give_other_addresses(school, share_of: int, number: int) -> None:
    """`number` in `share_of` of the guardians with an address have another one tonight."""
    people = {link.guardian.person_id: link.guardian for pupil in school.pupils for link in pupil.links}
    known = [person for person in people.values() if person.email]
    assert len(known) >= share_of
    for person in known[: len(known) * number // share_of]:
        person.email = f"ailleurs.{person.person_id}@example.org"


@pytest.mark.trust(33)
@pytest.mark.parametrize(("percent", "is_held"), [(9, False), (11, True), (100, True)])
def test_one_address_in_ten_may_change_in_a_night_and_no_more(thousand, percent, is_held):
    """Whoever turns the addresses turns the signing links."""
    before = every_row()
    give_other_addresses(thousand.school, 100, percent)
    report = thousand.night()
    assert bool(report.held) is is_held
    assert (every_row() == before) is is_held
    if is_held:
        assert any(
            "e-mail" in reason or "électronique" in reason for reason in report.schools[0].hold_reasons
        )


@pytest.mark.trust(33)
def test_addresses_typed_for_the_first_time_hold_nothing(thousand):
    """A school that completes its files at last is thanked, not suspected."""
    people = {
        link.guardian.person_id: link.guardian for pupil in thousand.school.pupils for link in pupil.links
    }
    unknown = [person for person in people.values() if not person.email]
    assert len(unknown) > 30
    for person in unknown:
        person.email = f"enfin.{person.person_id}@example.org"
    assert thousand.night().all_accepted
