"""What is refused whole, what is set aside, and what a bad file must never spoil (N1; trust 23-32)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schools.enums import ImportState
from schools.imports import import_enrolments, import_uploads
from schools.models import Enrolment, EnrolmentChange, EnrolmentImport, Pupil, School
from tests.schools.conftest import DATA


MORNING = datetime(2026, 9, 8, 6, 0, tzinfo=UTC)
GOOD = ("ElevesAvecAdresses.xml", "ResponsablesAvecAdresses.xml", "Nomenclature.xml", "Structures.xml")


@pytest.fixture
def malherbe(campaign):
    return School.objects.create(uai="0140013N", name="Lycée des Essais", kind="lycee_gt", department="014")


def take(campaign, *paths):
    """Import those files on the morning of 8 September; names are of the samples."""
    found = [path if isinstance(path, Path) else DATA / path for path in paths]
    return import_enrolments(paths=found, campaign=campaign, by=None, at=MORNING, on=MORNING.date())


def test_the_ministry_s_sample_enrols_one_pupil_of_three(campaign, malherbe):
    """One attends, one left on 3 September, one has no class yet."""
    report = take(campaign, *GOOD)
    assert (report.counts.listed, report.counts.enrolled, report.counts.arrivals) == (3, 1, 1)
    zoe = Pupil.objects.get()
    assert (zoe.ine, zoe.family_name) == ("123456789AB", "LEFÈVRE-D'ŒUVRE")
    assert [ship.guardian.full_name for ship in zoe.guardianships.all()] == ["Agnès LEFÈVRE", "Paul D'ŒUVRE"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("bad_truncated.xml", "bad_xml"),
        ("bad_declared_utf8_but_latin9.xml", "bad_xml"),
        ("bad_xxe.xml", "doctype"),
        ("bad_doctype_billion_laughs.xml", "doctype"),
        ("bad_wrong_year.xml", "wrong_year"),
        ("bad_wrong_uai.xml", "wrong_school"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason_and_touches_nothing(campaign, malherbe, name, code):
    School.objects.create(uai="0500065Z", name="Lycée voisin", kind="lycee_gt", department="050")
    report = take(campaign, name)
    assert not report.all_accepted
    assert code in report.finding_counts()
    assert EnrolmentImport.objects.get().state == ImportState.REFUSED
    assert EnrolmentImport.objects.get().refusal
    assert not Pupil.objects.exists()


def test_a_school_nobody_knows_is_refused(campaign):
    assert take(campaign, *GOOD).finding_counts()["unknown_school"] == 1


def test_guardians_cut_short_stop_their_school(campaign, malherbe, tmp_path):
    """A file of the set that cannot be read to its end: nothing of the set is applied."""
    cut = tmp_path / "ResponsablesAvecAdresses.xml"
    cut.write_bytes((DATA / "ResponsablesAvecAdresses.xml").read_bytes()[:2000])
    report = take(campaign, "ElevesAvecAdresses.xml", cut)
    assert report.finding_counts()["bad_xml"] == 1
    assert not Pupil.objects.exists()


def test_a_bad_school_does_not_stop_the_others(world):
    world.export()
    broken = next(path for path in world.written if path.name == "ExportXML_ElevesAvecAdresses.zip")
    broken.write_bytes(broken.read_bytes()[:500])
    report = world.receive()
    assert [school.uai for school in report.refused] == [world.school.uai]
    assert report.counts.arrivals == 40


def test_pupils_alone_are_enough_and_their_levels_are_deduced(world):
    world.export(world.school, files=("ElevesAvecAdresses",))
    report = world.receive()
    assert (report.counts.arrivals, report.all_accepted) == (40, True)
    assert report.finding_counts()["deduced_level"] == 40
    assert Enrolment.objects.filter(level="2211").exists()


def test_guardians_alone_say_which_file_is_missing(world):
    world.export(world.school, files=("ResponsablesAvecAdresses",))
    assert world.receive().finding_counts()["no_pupils_file"] == 1


def test_a_dry_run_tells_everything_and_leaves_nothing(world):
    world.export()
    report = world.receive(dry_run=True)
    assert report.counts.arrivals == 80
    assert not Pupil.objects.exists()
    assert not EnrolmentImport.objects.exists()


def test_a_school_s_upload_speaks_for_that_school_only(world):
    world.export()
    files = [(path.name, path.read_bytes()) for path in world.written]
    own, other = world.region.schools
    report = import_uploads(
        files=files, campaign=world.campaign, by=None, at=MORNING, on=MORNING.date(), uai=own.uai
    )
    states = {school.uai: school.state for school in report.schools}
    assert states == {own.uai: ImportState.APPLIED, other.uai: ImportState.REFUSED}


def test_a_doubled_number_sets_both_rows_aside_and_nobody_goes_missing(running):
    first, second = running.school.pupils[:2]
    second.ine = first.ine
    report = running.night(running.school)
    assert (report.counts.arrivals, report.counts.departures) == (0, 0)
    assert report.finding_counts()["duplicate_ine"] == 2
    assert not Enrolment.objects.filter(absences_count__gt=0).exists()
    assert EnrolmentChange.objects.filter(kind="changed").count() == 0


def test_the_findings_are_kept_for_the_school_with_their_places(running):
    running.school.pupils[0].family_name = "KOWALSK?"
    running.night(running.school)
    finding = EnrolmentImport.objects.latest("pk").findings.get(code="damaged_name")
    assert finding.repeat_count == 1
    assert "KOWALSK?" in finding.places[0]
    assert "SIECLE" in finding.remedy
