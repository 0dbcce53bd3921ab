"""A night is one row a school, played once whoever rings and however often (trust 31, 36, 37, 52; invariant 11)."""

from schools.enums import ImportState, NightState, SchoolNightState
from schools.models import Enrolment, EnrolmentImport, EnrolmentNight, School, SchoolMembership
from tests.schools.nights.conftest import FIRST, nth


def states(night) -> list[tuple[str, str]]:
    return [(row.state, row.outcome) for row in night.schools.order_by("uai")]


def test_a_night_has_a_row_for_each_school_and_a_summary(depot):
    depot.drop(FIRST)
    [night] = depot.ring(FIRST)
    assert states(night) == [(SchoolNightState.DONE, ImportState.APPLIED)] * 2
    assert (night.state, night.for_date, night.expected_count) == (NightState.DONE, FIRST, 2)
    assert night.summary["arrivals"] == Enrolment.objects.active().count() == 80
    assert night.summary["states"] == {"done": 2}
    assert {row.enrolment_import.for_date for row in night.schools.all()} == {FIRST}


def test_the_same_night_rung_twice_is_one_night(depot):
    depot.drop(FIRST)
    depot.ring(FIRST)
    [again] = depot.ring(FIRST)
    assert EnrolmentNight.objects.count() == 1
    assert EnrolmentImport.objects.count() == 2
    assert (again.rings_count, again.summary["arrivals"]) == (2, 80)


def test_files_that_come_between_two_rings_join_the_night(depot):
    first, second = depot.region.schools
    depot.drop(FIRST, first)
    [night] = depot.ring(FIRST)
    assert night.schools.get(uai=second.uai).state == SchoolNightState.MISSING
    depot.drop(FIRST, second)
    [night] = depot.ring(FIRST)
    assert states(night) == [(SchoolNightState.DONE, ImportState.APPLIED)] * 2
    assert night.summary["arrivals"] == 80


def test_a_night_without_a_new_file_imports_nothing_and_names_who_is_missing(depot):
    depot.drop(FIRST)
    depot.ring(FIRST)
    [night] = depot.ring(nth(1))
    assert states(night) == [(SchoolNightState.MISSING, "")] * 2
    assert night.is_over
    assert EnrolmentImport.objects.count() == 2


def test_a_held_file_waits_and_does_not_keep_the_night_open(depot):
    depot.drop(FIRST)
    depot.ring(FIRST)
    depot.region.schools[0].pupils = depot.region.schools[0].pupils[:20]
    depot.drop(nth(1))
    [night] = depot.ring(nth(1))
    assert night.summary["outcomes"] == {"held": 1, "unchanged": 1}
    assert night.summary["held"] == [depot.region.schools[0].uai]


def test_files_of_a_school_nobody_knows_are_refused_and_tried_again(depot):
    stranger = depot.region.schools[0]
    depot.drop(FIRST)
    SchoolMembership.objects.filter(school__uai=stranger.uai).delete()
    School.objects.filter(uai=stranger.uai).update(uai="0760000A")
    [night] = depot.ring(FIRST)
    assert night.schools.get(uai=stranger.uai).outcome == ImportState.REFUSED
    School.objects.filter(uai="0760000A").update(uai=stranger.uai)
    [night] = depot.ring(FIRST)
    assert night.schools.get(uai=stranger.uai).outcome == ImportState.APPLIED


def test_a_file_that_cannot_be_read_is_told_and_stops_no_other_school(depot):
    depot.drop(FIRST, depot.region.schools[0])
    (depot.folder / "photo.xml").write_bytes(b"<BEE_ELEVES><PARAMETRES><UAJ>")
    [night] = depot.ring(FIRST)
    assert night.schools.get(uai="").outcome == ImportState.REFUSED
    assert night.schools.get(uai=depot.region.schools[0].uai).outcome == ImportState.APPLIED
