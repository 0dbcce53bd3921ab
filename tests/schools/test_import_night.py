"""Nights of imports: what arrives, what changes, what leaves, and what does nothing at all (N1; invariant 5)."""

from datetime import date

from schools.enums import Eligibility, EnrolmentState, ImportState
from schools.fictitious.evolutions import arrive, change_ine, leave, rename, vanish
from schools.models import Enrolment, EnrolmentChange, EnrolmentImport, Guardian, Guardianship, Pupil


def enrolment_of(pupil):
    return Enrolment.objects.get(pupil__ine=pupil.ine)


def last_changes():
    last = EnrolmentImport.objects.latest("pk")
    return list(EnrolmentChange.objects.filter(enrolment_import=last).order_by("pk"))


def test_the_first_night_opens_an_enrolment_for_each_pupil(world):
    report = world.night()
    counts = report.counts
    assert (counts.listed, counts.enrolled, counts.arrivals) == (80, 80, 80)
    assert (counts.changes, counts.departures) == (0, 0)
    assert report.all_accepted
    assert (
        Pupil.objects.count() == Enrolment.objects.active().count() == EnrolmentChange.objects.count() == 80
    )


def test_what_is_written_is_what_the_school_typed(running):
    typed = running.school.pupils[0]
    enrolment = enrolment_of(typed)
    pupil = enrolment.pupil
    assert (pupil.family_name, pupil.given_name, pupil.birth_on) == (
        typed.family_name,
        typed.given_name,
        typed.birth_on,
    )
    assert (enrolment.class_code, enrolment.level, enrolment.study_label) == (
        typed.class_code,
        "2211",
        "Seconde générale et technologique",
    )
    assert enrolment.entered_on == date(2026, 9, 1)


def test_guardians_come_with_their_order_and_mere_contacts_are_not_kept(running):
    links = {(link.guardian.person_id, link.level) for p in running.school.pupils for link in p.links}
    kept = {person for person, level in links if level < 3}
    scope = Guardian.objects.filter(scope=running.school.uai)
    assert {int(guardian.identifier) for guardian in scope} == kept
    two = next(pupil for pupil in running.school.pupils if len([k for k in pupil.links if k.level == 1]) == 2)
    ships = Guardianship.objects.filter(pupil__ine=two.ine).order_by("rank")
    assert [ship.kinship for ship in ships] == ["10", "20"]


def test_the_same_files_again_change_nothing(running):
    """Trust 31: yesterday's file is a no-op; nothing is written but the line that says it came."""
    before = list(Enrolment.objects.order_by("pk").values()), EnrolmentChange.objects.count()
    report = running.receive()
    assert {school.state for school in report.schools} == {ImportState.UNCHANGED}
    assert (report.counts.listed, report.counts.arrivals, report.counts.changes) == (80, 0, 0)
    assert (list(Enrolment.objects.order_by("pk").values()), EnrolmentChange.objects.count()) == before


def test_the_same_pupils_the_next_night_change_nothing(running):
    changes = EnrolmentChange.objects.count()
    report = running.night()
    assert {school.state for school in report.schools} == {ImportState.UNCHANGED}
    assert (report.counts.arrivals, report.counts.changes, report.counts.departures) == (0, 0, 0)
    assert EnrolmentChange.objects.count() == changes


def test_an_older_file_is_refused(running):
    yesterday = list(running.written)
    running.night()
    rename(running.region, running.school.pupils[0])
    running.export()
    assert running.receive(yesterday).refused == []  # the very same: nothing to do
    running.nights -= 3
    running.export()
    running.nights += 3
    report = running.receive()
    assert report.finding_counts()["older_file"] == 2
    assert {school.state for school in report.schools} == {ImportState.REFUSED}


def test_a_change_of_name_and_class_is_told_once(running):
    pupil = running.school.pupils[0]
    rename(running.region, pupil)
    pupil.class_code = "2GT9"
    report = running.night(running.school)
    assert report.counts.changes == 2  # the pupil and the enrolment
    (change,) = last_changes()
    assert (change.kind, change.details) == ("changed", {"fields": ["class_code", "family_name"]})
    renamed = Pupil.objects.get(ine=pupil.ine)
    assert renamed.family_name == pupil.family_name
    assert renamed in Pupil.objects.matching(pupil.family_name)
    assert renamed in Pupil.objects.matching(f" {pupil.ine.lower()} ")


def test_an_arrival_and_a_departure_by_date(running):
    newcomer = arrive(running.region, running.school, on=date(2026, 9, 8))
    leaver = running.school.pupils[3]
    leave(leaver, on=date(2026, 9, 8))
    report = running.night(running.school)
    assert (report.counts.arrivals, report.counts.departures, report.counts.enrolled) == (1, 1, 40)
    assert enrolment_of(newcomer).state == EnrolmentState.ACTIVE
    gone = enrolment_of(leaver)
    assert (gone.state, gone.left_on, gone.exit_reason) == (EnrolmentState.LEFT, date(2026, 9, 8), "20")
    assert {change.kind for change in last_changes()} == {"arrived", "left"}


def test_an_exit_date_to_come_is_not_a_departure(running):
    leave(running.school.pupils[3], on=date(2026, 12, 18))
    assert running.night(running.school).counts.departures == 0


def test_a_missing_pupil_is_never_deleted_and_leaves_after_three_complete_files(running):
    pupil = running.school.pupils[5]
    vanish(running.school, pupil)
    for absences in (1, 2):
        assert running.night(running.school).counts.departures == 0
        assert (enrolment_of(pupil).state, enrolment_of(pupil).absences_count) == (
            EnrolmentState.ACTIVE,
            absences,
        )
    assert running.night(running.school).counts.departures == 1
    gone = enrolment_of(pupil)
    assert (gone.state, gone.exit_reason, gone.left_on) == (EnrolmentState.LEFT, "missing", running.on)
    assert Pupil.objects.filter(ine=pupil.ine).exists()


def test_a_pupil_who_comes_back_in_time_starts_the_count_again(running):
    pupil = running.school.pupils[5]
    vanish(running.school, pupil)
    running.night(running.school)
    running.school.pupils.append(pupil)
    running.night(running.school)
    assert enrolment_of(pupil).absences_count == 0


def test_two_files_of_one_day_are_one_absence(running):
    pupil = running.school.pupils[5]
    vanish(running.school, pupil)
    running.night(running.school)
    running.school.pupils[0].class_code = "2GT8"
    running.export(running.school)
    running.receive()
    assert enrolment_of(pupil).absences_count == 1


def test_a_leaver_who_reappears_is_reopened(running):
    pupil = running.school.pupils[3]
    leave(pupil, on=date(2026, 9, 8))
    running.night(running.school)
    pupil.exit_on, pupil.exit_reason = None, ""
    assert running.night(running.school).counts.arrivals == 1
    again = enrolment_of(pupil)
    assert (again.state, again.left_on) == (EnrolmentState.ACTIVE, None)
    assert [change.kind for change in last_changes()] == ["returned"]


def test_a_new_number_is_the_same_pupil(running):
    pupil = running.school.pupils[2]
    old = pupil.ine
    change_ine(pupil, new="987654321BA")
    report = running.night(running.school)
    assert (report.counts.arrivals, report.counts.changes) == (0, 1)
    assert Pupil.objects.get(ine="987654321BA").former_ines == [old]
    pupil.old_ine = ""
    running.night(running.school)
    assert Pupil.objects.count() == 80


def test_eligibility_is_judged_with_its_reasons(running):
    verdicts = set(Enrolment.objects.values_list("level", "eligibility"))
    assert ("2211", Eligibility.ELIGIBLE) in verdicts
    assert ("2213", Eligibility.NOT_ELIGIBLE) in verdicts
    assert not Enrolment.objects.filter(eligibility=Eligibility.UNKNOWN).exists()
    assert Enrolment.objects.eligible().first().verdict.version == "normandie-2026 v1"
