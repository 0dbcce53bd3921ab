"""`import_enrolments` and `import_schools` from the command line (DESIGN §7)."""

import json

import pytest
from django.core.management import CommandError, call_command

from schools.models import Pupil, School, SchoolMembership


def run(capsys, *arguments, refused=False):
    """The JSON object printed; `refused` says the exit must not be 0."""
    if refused:
        with pytest.raises(CommandError) as caught:
            call_command(*map(str, arguments), "--json")
        assert caught.value.returncode == 1
    else:
        call_command(*map(str, arguments), "--json")
    return json.loads(capsys.readouterr().out)


def test_enrolments_print_one_object_with_stable_names(world, capsys):
    world.export()
    answer = run(
        capsys, "import_enrolments", world.folder, "--on", "2026-09-08", "--campaign", "normandie-2026"
    )
    assert {**answer, "findings": {}} == {
        "listed": 80,
        "enrolled": 80,
        "arrivals": 80,
        "changes": 0,
        "departures": 0,
        "held": [],
        "findings": {},
    }
    again = run(capsys, "import_enrolments", world.folder, "--on", "2026-09-08")
    assert (again["listed"], again["arrivals"], again["changes"], again["departures"]) == (80, 0, 0, 0)


def test_a_dry_run_changes_nothing(world, capsys):
    world.export()
    answer = run(capsys, "import_enrolments", *world.written, "--on", "2026-09-08", "--dry-run")
    assert answer["arrivals"] == 80
    assert not Pupil.objects.exists()


def test_a_held_or_refused_file_is_a_failure(running, capsys):
    running.school.pupils = running.school.pupils[:10]
    running.nights += 1
    running.export(running.school)
    answer = run(capsys, "import_enrolments", *running.written, "--on", running.on, refused=True)
    assert answer["held"] == [running.school.uai]


def test_words_say_what_became_of_each_school(running, capsys):
    running.nights += 1
    running.export()
    call_command("import_enrolments", *map(str, running.written), "--on", str(running.on))
    out = capsys.readouterr().out
    assert all(school.uai in out for school in running.region.schools)
    assert "80 pupils read" in out


@pytest.mark.parametrize("arguments", [["no/such/file"], [".", "--campaign", "nowhere-2026"]])
def test_what_does_not_exist_is_said(campaign, arguments):
    with pytest.raises(CommandError):
        call_command("import_enrolments", *arguments)


def test_without_a_campaign_nothing_can_be_imported(db, tmp_path):
    with pytest.raises(CommandError):
        call_command("import_enrolments", str(tmp_path))


def test_the_directory_creates_schools_that_join_and_again_does_nothing(campaign, capsys, tmp_path):
    path = tmp_path / "annuaire.csv"
    path.write_text(
        "identifiant_de_l_etablissement,nom_etablissement,libelle_academie,etat\n"
        "0140013N,Lycée des Essais,Normandie,OUVERT\n"
        "0140013A,Lycée sans clé,Normandie,OUVERT\n"
    )
    answer = run(capsys, "import_schools", path, "--campaign", "normandie-2026")
    assert answer == {
        "listed": 2,
        "created": 1,
        "changed": 0,
        "joined": 1,
        "proposed": 0,
        "findings": {"bad_uai": 1},
    }
    school = School.objects.get()
    assert (school.uai, school.department, school.zone, school.kind) == ("0140013N", "014", "B", "lycee_poly")
    assert SchoolMembership.objects.get().campaign == campaign
    again = run(capsys, "import_schools", path, "--campaign", "normandie-2026")
    assert (again["created"], again["changed"], again["joined"]) == (0, 0, 0)
