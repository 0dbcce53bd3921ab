"""The breaker's region level, the lines of a held file, and who may decide (trust 29; issue 3, point 5)."""

from datetime import UTC, datetime

import pytest

from core.refusals import Refused
from programmes.presets import preset
from schools.enums import DifferenceKind, ImportState
from schools.fictitious.evolutions import arrive, leave, rename
from schools.imports import import_enrolments
from schools.imports.deciding import accept_held_import
from schools.imports.rules import RegionFacts, needs_second_person, region_reasons_to_hold
from schools.models import Enrolment, EnrolmentChange, EnrolmentImport, ImportValue, Pupil
from tests.schools.factories import UserFactory


RULES = preset("normandie").rules_for(2026)


@pytest.mark.parametrize(
    ("enrolled", "removed", "here", "held"),
    [
        (1000, 50, 4, False),
        (1000, 51, 4, True),
        (1000, 51, 0, False),
        (499, 499, 9, False),
        (0, 0, 0, False),
    ],
)
def test_a_night_takes_at_most_the_voted_share_of_a_region(enrolled, removed, here, held):
    """One twentieth exactly passes; a file that removes nobody is never held for the others."""
    assert bool(region_reasons_to_hold(RegionFacts(enrolled, removed, here), RULES)) is held


@pytest.mark.parametrize(("size", "another"), [(19, False), (20, True)])
def test_a_second_person_decides_from_the_voted_size(size, another):
    assert needs_second_person(size=size, rules=RULES) is another


def test_each_school_under_its_own_share_the_region_s_holds_the_last(small_region):
    """Two schools of forty lose three each: none is suspicious alone, six of eighty are more than a twentieth."""
    first, second = small_region.region.schools
    for school in (first, second):
        for pupil in school.pupils[:3]:
            leave(pupil, on=datetime(2026, 9, 8).date())
    report = small_region.night()
    assert report.held == [max(first.uai, second.uai)]
    assert Enrolment.objects.active().count() == 77
    assert EnrolmentImport.objects.filter(for_date=small_region.on, removed_count=3).count() == 2


def test_an_upheaval_elsewhere_does_not_hold_a_file_that_only_adds(small_region):
    first, second = sorted(small_region.region.schools, key=lambda school: school.uai)
    for pupil in first.pupils[:4]:
        leave(pupil, on=datetime(2026, 9, 8).date())
    arrive(small_region.region, second, on=small_region.on)
    report = small_region.night()
    assert report.held == []
    assert report.counts.arrivals == 1


@pytest.fixture
def held(running):
    """Half the pupils are missing, one arrives, one changed name and another class, one mother has a new address."""
    school = running.school
    school.pupils = school.pupils[:20]
    arrive(running.region, school, on=running.on)
    rename(running.region, school.pupils[0])
    school.pupils[1].class_code = "2GT9"
    linked = next(pupil for pupil in school.pupils if pupil.links)
    linked.links[0].guardian.email = "nouvelle@example.org"
    running.nights += 1
    running.export(school)
    running.sender = UserFactory()
    at = datetime(2026, 9, 9, 9, tzinfo=UTC)
    import_enrolments(
        paths=running.written, campaign=running.campaign, by=running.sender, at=at, on=running.on
    )
    return EnrolmentImport.objects.get(state=ImportState.HELD)


def test_a_held_file_shows_line_by_line_what_it_would_do(held):
    lines = held.differences
    assert lines.filter(kind=DifferenceKind.MISSING).count() == 20
    assert lines.filter(kind=DifferenceKind.ARRIVAL).count() == 1
    moved = lines.get(field="class_code")
    assert (moved.kind, moved.after) == (DifferenceKind.CHANGE, "2GT9")
    assert lines.filter(field="family_name", kind=DifferenceKind.CHANGE).count() == 1
    assert lines.get(kind=DifferenceKind.ADDRESS, field="email").after == "nouvelle@example.org"


def test_trying_a_held_file_leaves_nothing_behind(held):
    assert Pupil.objects.count() == Enrolment.objects.active().count() == 80
    assert not EnrolmentChange.objects.filter(enrolment_import=held).exists()
    assert not ImportValue.objects.filter(enrolment_import=held).exists()


def test_the_sender_of_a_held_file_asks_somebody_else(held, running):
    with pytest.raises(Refused) as refusal:
        accept_held_import(held=held, by=running.sender, at=held.received_at, on=running.on, comment="Moi")
    assert refusal.value.code == "second_person"
    accept_held_import(held=held, by=UserFactory(), at=held.received_at, on=running.on, comment="Vu")
    held.refresh_from_db()
    assert held.state == ImportState.APPLIED
    assert held.log.get().comment == "Vu"
