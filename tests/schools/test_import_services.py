"""AAF, SYGNE and FREGATA from the file to the base: complete feeds, deltas, and guardians nobody speaks of (N1)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from schools.enums import EnrolmentState, ImportState
from schools.fictitious import aaf
from schools.fictitious.fregata import fregata_answer
from schools.fictitious.sygne import sygne_answer
from schools.imports import import_uploads
from schools.imports.deciding import accept_held_import
from schools.models import Enrolment, EnrolmentChange, EnrolmentImport, Guardian, Guardianship, PupilAlias
from schools.sources import payloads


NIGHT = date(2026, 9, 8)
NEXT = NIGHT + timedelta(days=1)


@pytest.fixture
def take(world):
    """Import these files on that night of September."""

    def take(files, on=NIGHT):
        at = datetime(on.year, on.month, on.day, 6, tzinfo=UTC)
        return import_uploads(files=files.items(), campaign=world.campaign, by=None, at=at, on=on)

    return take


@pytest.fixture
def fed(world, take):
    """A region whose directory feed came a first night."""
    assert take(region_feed(world)).all_accepted
    return world


def region_feed(world, on=NIGHT):
    return aaf.aaf_files(world.region.schools, on=on, who="70", part_size=30)


def delta(*requests, on=NEXT, kind="Eleve", who="70"):
    return {f"ENT_{who}_Delta_{on:%Y%m%d}_{kind}_0000.xml": aaf.aaf_document(requests)}


def wrapped(root, answer, school, on):
    at = datetime(on.year, on.month, on.day, 5)
    return {"x.json": payloads.wrap(root, answer, uai=school.uai, school_year=2026, at=at)}


def test_a_region_s_feed_enrols_every_school(fed):
    assert Enrolment.objects.filter(state="active").count() == 80
    assert set(PupilAlias.objects.values_list("source", "scope")) == {
        ("aaf", one.uai) for one in fed.region.schools
    }
    assert Guardianship.objects.exists()


def test_schools_outside_the_directory_are_left_out(fed):
    assert set(EnrolmentImport.objects.values_list("uai", flat=True)) == {
        one.uai for one in fed.region.schools
    }


def test_the_same_feed_again_changes_nothing(fed, take):
    assert {school.state for school in take(region_feed(fed)).schools} == {ImportState.UNCHANGED}


def test_a_feed_that_lacks_a_part_applies_nothing(world, take):
    files = region_feed(world)
    del files["ENT_70_Complet_20260908_Eleve_0001.xml"]
    report = take(files)
    assert report.finding_counts() == {"aaf_part_missing": 1}
    assert not Enrolment.objects.exists()


def test_a_feed_whose_last_part_may_be_missing_waits_for_a_person(world, take):
    files = region_feed(world)
    del files[max(name for name in files if "_Eleve_" in name)]
    report = take(files)
    assert {school.state for school in report.schools} == {ImportState.HELD}
    held = EnrolmentImport.objects.held().first()
    accept_held_import(held=held, by=None, at=datetime(2026, 9, 8, 9, tzinfo=UTC), on=NIGHT)
    assert Enrolment.objects.filter(school=held.school).count() > 10


def test_a_delta_is_not_a_list_of_those_who_stay(fed, take):
    pupil = fed.school.pupils[0]
    changed = aaf.modify("Eleve", aaf.pupil_number(pupil), {"ENTEleveClasses": "3100$2GT9"})
    report = take(delta(changed), NEXT)
    assert (report.all_accepted, report.counts.listed, report.finding_counts()) == (True, 1, {})
    assert Enrolment.objects.get(pupil__ine=pupil.ine).class_code == "2GT9"
    assert not Enrolment.objects.filter(absences_count__gt=0).exists()


def test_a_pupil_deleted_by_a_delta_has_left(fed, take):
    pupil = fed.school.pupils[0]
    take(delta(aaf.delete("Eleve", aaf.pupil_number(pupil))), NEXT)
    left = Enrolment.objects.get(pupil__ine=pupil.ine)
    assert (left.state, left.left_on) == (EnrolmentState.LEFT, NIGHT)
    assert EnrolmentChange.objects.get(kind="left").enrolment == left
    assert Enrolment.objects.filter(state="active").count() == 79


def test_a_delta_that_deletes_half_a_school_waits_for_a_person(fed, take):
    gone = [aaf.delete("Eleve", aaf.pupil_number(pupil)) for pupil in fed.school.pupils[:20]]
    assert take(delta(*gone), NEXT).held == [fed.school.uai]


def test_a_guardian_s_new_address_comes_alone(fed, take):
    link = next(pupil.links[0] for pupil in fed.school.pupils if pupil.links and pupil.links[0].level == 1)
    before = Guardianship.objects.current().count()
    report = take(
        delta(
            aaf.modify("PersRelEleve", aaf.guardian_number(link), {"mail": "neuve@example.org"}),
            kind="PersRelEleve",
        )
    )
    assert report.all_accepted
    assert Guardian.objects.get(email="neuve@example.org").identifier == str(aaf.guardian_number(link))
    assert Guardianship.objects.current().count() == before
    changed = EnrolmentChange.objects.filter(kind="changed")
    assert {tuple(change.details["fields"]) for change in changed} == {("guardians",)}


def test_a_newcomer_of_a_delta_comes_with_guardians(fed, take):
    model = next(pupil for pupil in fed.school.pupils if pupil.links and pupil.links[0].level == 1)
    new = replace(model, eleve_id=999_999, ine="912345678AB", given_name="Nouvelle", links=model.links[:1])
    report = take(delta(aaf.pupil_request(new), who=fed.school.uai), NEXT)
    assert report.counts.arrivals == 1
    assert Guardianship.objects.current().filter(pupil__ine="912345678AB").count() == 1


def test_deltas_come_after_what_is_complete_and_in_the_order_of_their_days(fed, take):
    pupil = fed.school.pupils[0]
    number = aaf.pupil_number(pupil)
    files = {
        **delta(aaf.modify("Eleve", number, {"ENTEleveClasses": "3100$LAST"}), on=date(2026, 9, 11)),
        **delta(aaf.modify("Eleve", number, {"ENTEleveClasses": "3100$FIRST"}), on=date(2026, 9, 10)),
        **region_feed(fed, on=date(2026, 9, 9)),
    }
    report = take(files, on=date(2026, 9, 11))
    assert report.all_accepted
    assert Enrolment.objects.get(pupil__ine=pupil.ine).class_code == "LAST"


def test_sygne_moves_a_pupil_and_leaves_the_guardians_siecle_gave(running, take):
    """The same pupils by INE: SYGNE knows nobody's parents and says nothing about them."""
    pupil, before = running.school.pupils[0], list(Guardianship.objects.order_by("pk").values())
    pupil.class_code = "2GT9"
    on = running.on + timedelta(days=1)
    report = take(wrapped("SYGNE", sygne_answer(running.school, year=2026), running.school, on), on)
    assert (report.all_accepted, report.counts.arrivals, report.counts.departures) == (True, 0, 0)
    assert Enrolment.objects.get(pupil__ine=pupil.ine).class_code == "2GT9"
    assert list(Guardianship.objects.order_by("pk").values()) == before


def test_a_pupil_sygne_forgets_three_nights_has_left(running, take):
    answer = lambda: sygne_answer(running.school, year=2026)  # noqa: E731
    gone = running.school.pupils.pop()
    for night in range(1, 4):
        on = running.on + timedelta(days=night)
        take(wrapped("SYGNE", answer(), running.school, on), on)
    assert Enrolment.objects.get(pupil__ine=gone.ine).state == EnrolmentState.LEFT


def test_fregata_enrols_the_pupils_of_an_agricultural_school(world, take):
    report = take(wrapped("FREGATA", fregata_answer(world.school, year=2026), world.school, NIGHT))
    assert (report.all_accepted, report.counts.arrivals) == (True, 40)
    assert PupilAlias.objects.filter(source="fregata", scope=world.school.uai).count() == 40


def test_what_is_wrong_in_fregata_is_mended_in_fregata(world, take):
    world.school.pupils[0].ine = ""
    take(wrapped("FREGATA", fregata_answer(world.school, year=2026), world.school, NIGHT))
    assert "FREGATA" in EnrolmentImport.objects.get().findings.get(code="no_ine").remedy


def test_two_sources_at_once_for_one_school_are_refused(world, take):
    files = region_feed(world) | wrapped("SYGNE", sygne_answer(world.school, year=2026), world.school, NIGHT)
    report = take(files)
    assert [school.uai for school in report.refused] == [world.school.uai]
    assert report.finding_counts()["two_sources"] == 1


def test_an_empty_list_of_a_school_is_refused(world, take):
    report = take(wrapped("SYGNE", b"[]", world.school, NIGHT))
    assert (report.refused[0].uai, report.finding_counts()) == (world.school.uai, {"no_pupil": 1})
