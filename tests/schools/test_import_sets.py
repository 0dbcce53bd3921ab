"""Files of a school that do not go together, or that say one thing twice (N1; trust 31, 32)."""

from dataclasses import replace
from datetime import datetime

import pytest

from schools.directory import import_schools
from schools.enums import ImportState
from schools.fictitious.siecle import school_documents
from schools.imports import import_uploads
from schools.models import Enrolment, Pupil
from schools.sources.tables.reading import read_table
from tests.schools.table_files import TITLES, csv_of, lines_of
from tests.schools.test_import_refused import MORNING
from tests.schools.test_table_files import refusal, table


EXPORTED = datetime(2026, 9, 8, 5, 12, 44)
PUPILS, GUARDIANS = "ElevesAvecAdresses", "ResponsablesAvecAdresses"


@pytest.fixture
def exports(world):
    """The documents of the first school, made at another moment or for another year if asked."""

    def exports(at=EXPORTED, year=2026):
        return school_documents(world.school, year=year, at=at)

    return exports


@pytest.fixture
def take(world):
    def take(*documents):
        files = [(f"{rank}.xml", data) for rank, data in enumerate(documents)]
        return import_uploads(files=files, campaign=world.campaign, by=None, at=MORNING, on=MORNING.date())

    return take


def test_files_of_two_school_years_are_refused(exports, take):
    report = take(exports()[PUPILS], exports(year=2025)[GUARDIANS])
    assert report.finding_counts()["parts_disagree"] == 1
    assert not Enrolment.objects.exists()


def test_files_of_two_days_are_applied_and_it_is_said(exports, take):
    report = take(exports()[PUPILS], exports(at=datetime(2026, 9, 7, 5, 12, 44))[GUARDIANS])
    assert (report.all_accepted, report.finding_counts()["parts_apart"]) == (True, 1)


def test_the_older_of_two_files_of_a_kind_is_not_read(world, exports, take):
    old = exports(at=datetime(2026, 9, 7, 5, 12, 44))[PUPILS]
    world.school.pupils.pop()
    report = take(exports()[PUPILS], old)
    assert (report.counts.listed, report.finding_counts()["older_copy"]) == (39, 1)


def test_two_different_files_of_the_same_moment_are_refused(world, exports, take):
    first = exports()[PUPILS]
    world.school.pupils.pop()
    report = take(first, exports()[PUPILS])
    assert report.finding_counts() == {"two_versions": 1}
    assert [school.state for school in report.schools] == [ImportState.REFUSED]


def test_two_rows_of_one_pupil_are_one_pupil(running):
    """One has the new number and the former, the other the former alone: only the base knows."""
    pupil = running.school.pupils[0]
    running.school.pupils.append(replace(pupil, eleve_id=999_999))
    pupil.old_ine, pupil.ine = pupil.ine, "998877665AB"
    report = running.night(running.school)
    assert (report.counts.arrivals, report.counts.departures) == (0, 0)
    assert report.finding_counts()["same_pupil"] == 1
    assert Pupil.objects.count() == 80


def test_a_workbook_that_is_none_is_refused():
    assert refusal(b"PK\x03\x04 no workbook", "effectifs.xlsx").code == "bad_table"


def test_a_table_without_end_is_refused(world):
    assert refusal(csv_of(lines_of(world.school) * 151)).code == "too_long"


def test_a_column_nobody_knows_is_told(world):
    lines = [{**line, "Couleur préférée": "bleu"} for line in lines_of(world.school)[:2]]
    roll = read_table(table(csv_of(lines, titles=[*TITLES, "Couleur préférée"])))
    assert "columns_unread" in {finding.code for finding in roll.findings}


def test_a_guardian_without_a_name_is_told(world):
    line = {**lines_of(world.school)[0], "Nom de famille responsable 1": "", "Prénom responsable 1": "Jo"}
    line |= {"Courriel responsable 1": "jo@example.org"}
    roll = read_table(table(csv_of([line])))
    assert "half_guardian" in {finding.code for finding in roll.findings}


def test_a_school_without_a_name_is_left_out_of_the_directory(db, tmp_path):
    path = tmp_path / "annuaire.csv"
    path.write_text("identifiant_de_l_etablissement;nom_etablissement\n0140013N;\n")
    assert import_schools(path=path, campaign=None).findings.counts() == {"no_school_name": 1}
