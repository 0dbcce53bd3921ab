"""N1, P7: a table goes through the same pipeline as every other source, and says what is wrong line by line."""

from datetime import UTC, datetime, time

import pytest

from schools.enums import EnrolmentState, ImportState
from schools.imports import import_uploads
from schools.models import Enrolment, EnrolmentImport, Guardianship, Pupil
from tests.schools.table_files import csv_of, lines_of, xlsx_of


def send(world, data, name="effectifs.csv", uai=None):
    return import_uploads(
        files=[(name, data)],
        campaign=world.campaign,
        by=None,
        at=datetime.combine(world.on, time(6), tzinfo=UTC),
        on=world.on,
        uai=world.school.uai if uai is None else uai,
    )


def by_line(report):
    return [(found.line, found.code) for found in report.schools[0].findings.by_line()]


@pytest.mark.parametrize(("write", "name"), [(csv_of, "effectifs.csv"), (xlsx_of, "effectifs.xlsx")])
def test_a_table_enrols_its_pupils_with_their_guardians(world, write, name):
    world.nights = 100  # a workbook says when it was made: that is today
    report = send(world, write(lines_of(world.school)), name)
    assert report.schools[0].state == ImportState.APPLIED
    assert report.counts.arrivals == len(world.school.pupils) == Enrolment.objects.active().count()
    pupil = next(one for one in world.school.pupils if sum(link.level == 1 for link in one.links) == 2)
    ships = Guardianship.objects.filter(pupil__ine=pupil.ine).order_by("rank")
    expected = [link.guardian.given_name for link in pupil.links if link.level == 1]
    assert sorted(ship.guardian.given_name for ship in ships) == sorted(expected)


def test_the_same_table_again_changes_nothing(world):
    data = csv_of(lines_of(world.school))
    send(world, data)
    report = send(world, data)
    assert report.schools[0].state == ImportState.UNCHANGED
    assert send(world, data + b"\r\n").counts.changes == 0


def test_a_pupil_known_by_siecle_is_the_same_in_a_table(running):
    running.nights += 1
    before = Pupil.objects.count()
    report = send(running, csv_of(lines_of(running.school)))
    assert (Pupil.objects.count(), report.counts.arrivals, report.counts.departures) == (before, 0, 0)
    assert Enrolment.objects.filter(state=EnrolmentState.LEFT).count() == 0


def test_each_wrong_line_is_named_with_its_column(world):
    lines = lines_of(world.school)
    lines[0]["Date de naissance"] = "31/02/2011"
    lines[1]["INE"] = ""
    lines[2]["Code MEF"] = "99999999999"
    lines[3]["Lien de parenté responsable 1"] = "Marraine"
    lines[5] = dict(lines[4])
    report = send(world, csv_of(lines))
    assert set(by_line(report)) >= {
        (2, "bad_cell"),
        (2, "no_birth_date"),
        (3, "no_ine"),
        (4, "unknown_study"),
        (5, "bad_cell"),
        (6, "duplicate_pupil"),
        (7, "duplicate_pupil"),
    }
    places = [place for folded in report.schools[0].findings for place in folded.places]
    assert any(
        "ligne 2, «\u00a0Date de naissance\u00a0»" in place and "31/02/2011" in place for place in places
    )
    remedies = [folded.remedy for folded in report.schools[0].findings]
    assert not any("SIECLE" in remedy for remedy in remedies)


def test_a_formula_reaches_neither_a_name_nor_the_base(world):
    """Trust 39."""
    lines = lines_of(world.school)
    lines[0]["Nom de famille"] = "=cmd|' /C calc'!A0"
    report = send(world, csv_of(lines))
    assert {(2, "bad_cell"), (2, "no_name")} <= set(by_line(report))
    assert not Pupil.objects.filter(family_name__startswith="=").exists()


def test_a_table_with_titles_only_is_refused(world):
    """Trust 30."""
    report = send(world, csv_of([]))
    assert report.schools[0].state == ImportState.REFUSED
    assert "pas un seul élève" in report.schools[0].refusal


def test_half_a_table_is_held_like_half_any_file(world):
    """Trust 26, 29: cut on the end of a line, without the line FIN."""
    lines = lines_of(world.school)
    send(world, csv_of(lines))
    world.nights += 1
    assert send(world, csv_of(lines[:20])).schools[0].state == ImportState.HELD
    held = EnrolmentImport.objects.get(state=ImportState.HELD)
    assert held.files.get().name == "table.csv"


def test_a_table_of_another_school_is_refused(world):
    other = world.region.schools[1]
    report = send(world, csv_of(lines_of(other)), uai=world.school.uai)
    assert report.finding_counts()["wrong_school"] == 1
    assert not Enrolment.objects.exists()


def test_a_table_without_a_school_takes_the_sender_s_or_its_name_s(world):
    lines = [line | {"UAI": ""} for line in lines_of(world.school)]
    assert send(world, csv_of(lines), uai="").finding_counts() == {"no_school": 1}
    named = send(world, csv_of(lines), f"effectifs-{world.school.uai}.csv", uai="")
    assert named.schools[0].state == ImportState.APPLIED


def test_a_corrected_name_and_a_new_ine_are_the_same_pupil(world):
    lines = [line | {"Numéro interne": ""} for line in lines_of(world.school)]
    send(world, csv_of(lines))
    world.nights += 1
    lines[0]["INE"], lines[1]["Nom de famille"] = "987654321BA", "NOUVEAU"
    before = Pupil.objects.count()
    report = send(world, csv_of(lines))
    assert (Pupil.objects.count(), report.counts.arrivals) == (before, 0)
    assert Pupil.objects.get(ine="987654321BA").former_ines
