"""Guardians, transfers and values that must not be lost (N1, N12; invariants 4 and 10; trust 28, 32, 39)."""

from datetime import date

import pytest

from schools.enums import EnrolmentState
from schools.fictitious.evolutions import arrive, leave, transfer, vanish
from schools.models import Enrolment, EnrolmentChange, Guardian, Guardianship, Pupil, PupilAlias


def pupil_with_two_parents(world):
    return next(pupil for pupil in world.school.pupils if [link.level for link in pupil.links] == [1, 1])


def changed_fields():
    return [change.details["fields"] for change in EnrolmentChange.objects.filter(kind="changed")]


@pytest.mark.parametrize("day", [9, 10])
def test_a_transfer_closes_one_enrolment_and_opens_the_other(running, day):
    """Both files list the pupil, the exit date past or of today; the later entry wins and says where from."""
    origin, destination = running.region.schools
    pupil = origin.pupils[4]
    transfer(pupil, origin=origin, destination=destination, on=date(2026, 9, day), eleve_id=990_001)
    report = running.night()
    assert (report.counts.arrivals, report.counts.departures) == (1, 1)
    here, there = Enrolment.objects.filter(pupil__ine=pupil.ine).order_by("entered_on")
    assert (here.school.uai, here.state, here.left_on) == (origin.uai, EnrolmentState.LEFT, date(2026, 9, 9))
    assert (there.school.uai, there.state) == (destination.uai, EnrolmentState.ACTIVE)
    (moved,) = EnrolmentChange.objects.filter(kind="moved")
    assert moved.enrolment == there
    assert moved.details == {"from_uai": origin.uai, "from_enrolment": here.pk}
    assert Pupil.objects.count() == 80


def test_the_night_after_a_transfer_changes_nothing(running):
    origin, destination = running.region.schools
    transfer(origin.pupils[4], origin=origin, destination=destination, on=date(2026, 9, 9), eleve_id=990_001)
    running.night()
    report = running.night()
    assert (report.counts.arrivals, report.counts.changes, report.counts.departures) == (0, 0, 0)


def test_the_old_school_that_forgot_the_exit_date_does_not_take_the_pupil_back(running):
    origin, destination = running.region.schools
    pupil = origin.pupils[4]
    transfer(pupil, origin=origin, destination=destination, on=date(2026, 9, 9), eleve_id=990_001)
    pupil.exit_on, pupil.exit_reason = None, ""
    running.night()
    report = running.night()
    assert Enrolment.objects.active().get(pupil__ine=pupil.ine).school.uai == destination.uai
    assert report.finding_counts()["elsewhere"] == 1


def test_on_the_same_date_the_school_that_has_the_pupil_keeps_the_pupil(running):
    origin, destination = running.region.schools
    pupil = origin.pupils[4]
    twin = transfer(pupil, origin=origin, destination=destination, on=pupil.entry_on, eleve_id=990_001)
    pupil.exit_on, pupil.exit_reason = None, ""
    report = running.night()
    assert report.finding_counts()["elsewhere"] == 1
    assert Enrolment.objects.active().get(pupil__ine=twin.ine).school.uai == origin.uai


def test_a_transferred_pupil_has_the_new_school_s_guardians_once(running):
    """The same mother has another number there: she must not be asked to sign twice."""
    origin, destination = running.region.schools
    pupil = pupil_with_two_parents(running)
    transfer(pupil, origin=origin, destination=destination, on=date(2026, 9, 9), eleve_id=990_001)
    running.night()
    current = Guardianship.objects.current().filter(pupil__ine=pupil.ine)
    assert {ship.guardian.scope for ship in current} == {destination.uai}
    assert current.count() == 2


def test_the_apps_above_read_a_guardian_s_new_address_as_a_change(running):
    pupil = pupil_with_two_parents(running)
    pupil.links[0].guardian.email = "nouvelle.adresse@example.org"
    report = running.night(running.school)
    assert report.counts.changes == 1
    assert ["guardians"] in changed_fields()
    assert Guardian.objects.filter(email="nouvelle.adresse@example.org").count() == 1


def test_a_guardian_taken_off_is_ended_not_deleted(running):
    pupil = pupil_with_two_parents(running)
    father = pupil.links.pop()
    running.night(running.school)
    ended = Guardianship.objects.get(
        pupil__ine=pupil.ine, guardian__identifier=str(father.guardian.person_id)
    )
    assert ended.ended_on == running.on
    assert ["guardianships"] in changed_fields()
    pupil.links.append(father)
    running.night(running.school)
    ended.refresh_from_db()
    assert ended.ended_on is None


def test_a_pupil_suddenly_without_any_guardian_keeps_them(running):
    pupil = pupil_with_two_parents(running)
    pupil.links = []
    running.night(running.school)
    assert Guardianship.objects.current().filter(pupil__ine=pupil.ine).count() == 2


def test_files_without_guardians_leave_them_alone(running):
    running.nights += 1
    running.export(running.school, files=("ElevesAvecAdresses", "Nomenclature"))
    before = Guardianship.objects.current().count()
    assert running.receive().counts.changes == 0
    assert Guardianship.objects.current().count() == before


def test_a_known_value_is_never_blanked(running):
    pupil = pupil_with_two_parents(running)
    mother = pupil.links[0].guardian
    mother.email = "connue@example.org"
    running.night(running.school)
    mother.email = ""
    ine, pupil.ine = pupil.ine, ""
    report = running.night(running.school)
    assert (report.counts.arrivals, report.counts.changes) == (0, 0)
    assert Pupil.objects.filter(ine=ine).exists()
    assert Guardian.objects.get(identifier=str(mother.person_id)).email == "connue@example.org"


def test_a_name_that_lost_letters_does_not_replace_the_one_we_know(running):
    pupil = running.school.pupils[0]
    known, pupil.family_name = pupil.family_name, "DUC?UR"
    running.night(running.school)
    assert Pupil.objects.get(ine=pupil.ine).family_name == known


def test_a_number_given_to_somebody_else_is_somebody_else(running):
    """A base that recycles ELEVE_ID must not pour one pupil into another."""
    old = running.school.pupils[0]
    new = arrive(running.region, running.school, on=date(2026, 9, 9))
    vanish(running.school, old)
    new.eleve_id = old.eleve_id
    running.night(running.school)
    alias = PupilAlias.objects.get(scope=running.school.uai, identifier=str(old.eleve_id))
    assert alias.pupil.ine == new.ine
    assert Pupil.objects.filter(ine=old.ine).exists()


def test_a_newcomer_without_number_is_known_again_when_it_comes(running):
    pupil = arrive(running.region, running.school, on=date(2026, 9, 9))
    ine, pupil.ine = pupil.ine, ""
    assert running.night(running.school).counts.arrivals == 1
    unknown = Pupil.objects.get(ine=None)
    assert Enrolment.objects.get(pupil=unknown).eligibility == "not_eligible"
    pupil.ine = ine
    assert running.night(running.school).counts.changes == 1
    unknown.refresh_from_db()
    assert unknown.ine == ine
    assert Enrolment.objects.get(pupil=unknown).eligibility == "eligible"


def test_a_deceased_pupil_is_marked_so_that_no_message_leaves(running):
    pupil = running.school.pupils[1]
    leave(pupil, on=date(2026, 9, 8), reason="43")
    running.night(running.school)
    assert Pupil.objects.get(ine=pupil.ine).deceased_on == date(2026, 9, 8)


def test_hostile_values_are_kept_inert_and_no_longer_than_their_column(running):
    pupil = arrive(running.region, running.school, on=date(2026, 9, 9))
    pupil.family_name, pupil.given_name = "=cmd() <script>'\"; DROP" * 600, "\u202eeoZ\t\\N"
    assert running.night(running.school).counts.arrivals == 1
    stored = Pupil.objects.get(ine=pupil.ine)
    assert len(stored.family_name) == 100
    assert stored.family_name.startswith("=cmd() <script>'\"; DROP")
