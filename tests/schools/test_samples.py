"""Every sample of the real formats, by name, through the whole import: what becomes of it (issue 3, N1)."""

import pytest

from schools.enums import ImportState
from schools.models import Enrolment, Pupil, School
from tests.schools.conftest import DATA
from tests.schools.test_import_refused import take


HIS_OWN = {"deduced_level": 2, "no_class": 1, "no_ine": 1}  # of the pupils' file alone
NO_PUPILS = {"no_pupils_file": 1}
APPLIED, REFUSED = ImportState.APPLIED, ImportState.REFUSED
AAF = "ENT_0140013N_Complet_20260907"

TOGETHER = [
    (
        ["ElevesAvecAdresses.xml", "ResponsablesAvecAdresses.xml", "Nomenclature.xml", "Structures.xml"],
        APPLIED,
        {"no_class": 1, "no_ine": 1},
        2,
    ),
    (
        [
            "ExportXML_ElevesAvecAdresses.zip",
            "ExportXML_ResponsablesAvecAdresses.zip",
            "ExportXML_Nomenclature.zip",
            "ExportXML_Structures.zip",
        ],
        APPLIED,
        {"no_class": 1, "no_ine": 1},
        2,
    ),
    (
        [f"{AAF}_Eleve_0000.xml", f"{AAF}_PersRelEleve_0000.xml"],
        APPLIED,
        {"dangling_link": 2, "deduced_level": 1},  # one of the three relations is in the second file
        1,
    ),
]
ALONE = [
    ("ElevesAvecAdresses.xml", APPLIED, HIS_OWN),
    ("ExportXML_ElevesAvecAdresses.zip", APPLIED, HIS_OWN),
    ("ResponsablesAvecAdresses.xml", REFUSED, NO_PUPILS | {"dangling_link": 4}),
    ("ExportXML_ResponsablesAvecAdresses.zip", REFUSED, NO_PUPILS | {"dangling_link": 4}),
    ("Nomenclature.xml", REFUSED, NO_PUPILS),
    ("ExportXML_Nomenclature.zip", REFUSED, NO_PUPILS),
    ("Structures.xml", REFUSED, NO_PUPILS),
    ("ExportXML_Structures.zip", REFUSED, NO_PUPILS),
    (f"{AAF}_Eleve_0000.xml", REFUSED, {"aaf_part_missing": 1}),
    (f"{AAF}_PersRelEleve_0000.xml", REFUSED, {"aaf_part_missing": 1}),
    ("fregata_inscriptions.json", REFUSED, {"no_school_named": 1}),
    ("bad_declared_latin1_is_latin9.xml", APPLIED, HIS_OWN | {"damaged_name": 1}),
    ("bad_declared_utf8_but_latin9.xml", REFUSED, {"bad_xml": 1}),
    ("bad_truncated.xml", REFUSED, {"bad_xml": 1}),
    ("bad_doctype_billion_laughs.xml", REFUSED, {"doctype": 1}),
    ("bad_xxe.xml", REFUSED, {"doctype": 1}),
    ("bad_wrong_uai.xml", REFUSED, HIS_OWN | {"unknown_school": 1, "wrong_school": 1}),
    ("bad_wrong_year.xml", REFUSED, HIS_OWN | {"wrong_year": 1}),
]


@pytest.fixture(autouse=True)
def malherbe(campaign):
    return School.objects.create(uai="0140013N", name="Lycée des Essais", kind="lycee_gt", department="014")


def test_every_sample_is_played_here():
    assert {name for name, *_rest in ALONE} == {path.name for path in DATA.iterdir()}


@pytest.mark.parametrize(("name", "state", "findings"), ALONE)
def test_what_becomes_of_a_file_alone(campaign, name, state, findings):
    report = take(campaign, name)
    assert [school.state for school in report.schools] == [state]
    assert dict(report.finding_counts()) == findings
    assert Pupil.objects.exists() is (state == APPLIED)
    assert Enrolment.objects.active().count() == (state == APPLIED)


@pytest.mark.parametrize(("names", "state", "findings", "guardians"), TOGETHER)
def test_what_becomes_of_the_files_of_a_school_together(campaign, names, state, findings, guardians):
    """One pupil attends; one left on 3 September, one has no class yet."""
    report = take(campaign, *names)
    assert [school.state for school in report.schools] == [state]
    assert dict(report.finding_counts()) == findings
    pupil = Enrolment.objects.active().get().pupil
    assert pupil.guardianships.count() == guardians
