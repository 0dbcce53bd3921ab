"""Imports when something is wrong on our side or in somebody's typing: the others go on (trust 32, 36, 37)."""

import threading
import zipfile
from pathlib import Path

import pytest
from django.db import connection, transaction

from core.refusals import Refused
from schools.enums import ImportState
from schools.imports.deciding import accept_held_import, reject_held_import
from schools.models import Enrolment, EnrolmentImport, Pupil, School
from tests.kit.waiting import wait_until_waiting


def rewrite(paths, before: bytes, after: bytes) -> list[Path]:
    """The same documents out of their zips, with these words replaced."""
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            [entry] = archive.namelist()
            path.with_suffix(".xml").write_bytes(archive.read(entry).replace(before, after))
    return [path.with_suffix(".xml") for path in paths]


@pytest.mark.django_db
def test_one_school_that_breaks_down_does_not_stop_the_others(world):
    """A constraint stands in for any error of ours."""
    broken = School.objects.get(uai=world.region.schools[0].uai)
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE schools_enrolment ADD CONSTRAINT broken CHECK (school_id <> %s)", [broken.pk]
        )
    report = world.night()
    assert [school.state for school in report.schools] == [ImportState.REFUSED, ImportState.APPLIED]
    assert report.finding_counts()["broke_down"] == 1
    assert not report.all_accepted
    assert Enrolment.objects.active().count() == 40
    kept = EnrolmentImport.objects.get(uai=broken.uai)
    assert (kept.state, "erreur" in kept.refusal) == (ImportState.REFUSED, True)


@pytest.mark.django_db
def test_a_file_dated_in_the_year_one_does_not_shut_its_school_out(world):
    paths = rewrite(world.export(world.school), b"08/09/2026 05:12:44", b"01/01/0001 05:12:44")
    assert b"01/01/0001" in paths[0].read_bytes()
    assert world.receive(paths).all_accepted
    assert world.night(world.school).all_accepted


@pytest.mark.django_db
@pytest.mark.parametrize("date", [b"01/01/99999999999999", b"01/99999999999999/2010", b"00/00/0000"])
def test_an_impossible_date_is_a_finding_about_one_pupil(world, date):
    birth = f"{world.school.pupils[0].birth_on:%d/%m/%Y}".encode()
    paths = rewrite(world.export(world.school), b"<DATE_NAISS>" + birth, b"<DATE_NAISS>" + date)
    report = world.receive(paths)
    assert report.all_accepted
    assert report.finding_counts()["no_birth_date"] >= 1


@pytest.mark.django_db
def test_an_empty_folder_does_not_hide_the_folders_after_it(world, tmp_path):
    (tmp_path / "vide").mkdir()
    report = world.receive([tmp_path / "vide", *world.export()])
    assert report.counts.arrivals == 80
    assert report.finding_counts()["empty_folder"] == 1


@pytest.mark.django_db
def test_an_ine_typed_for_somebody_else_does_not_turn_one_pupil_into_another(running):
    """Zoé's file bears Adam's number: Adam keeps his school, his name and his guardians; a person is told."""
    origin, destination = running.region.schools
    adam, zoe = origin.pupils[0], destination.pupils[0]
    before = Pupil.objects.values().get(ine=adam.ine)
    zoe.ine, zoe.old_ine, zoe.entry_on = adam.ine, "", running.on
    report = running.night(destination)
    assert Pupil.objects.values().get(ine=adam.ine) == before
    assert Enrolment.objects.active().get(pupil_id=before["id"]).school.uai == origin.uai
    assert report.finding_counts()["ine_of_another"] == 1
    assert Enrolment.objects.active().filter(absences_count=0).count() == 80


@pytest.mark.django_db
def test_a_file_somebody_rejected_is_not_held_again_by_the_next_night(running, cast_agent):
    running.school.pupils = running.school.pupils[:20]
    running.night(running.school)
    held = EnrolmentImport.objects.get(state=ImportState.HELD)
    reject_held_import(held=held, by=cast_agent, at=held.received_at, comment="La moitié manque.")
    assert running.receive().held == []
    assert Enrolment.objects.active().count() == 80
    assert not EnrolmentImport.objects.filter(state=ImportState.HELD).exists()


@pytest.fixture
def cast_agent(db):
    from tests.schools.factories import UserFactory

    return UserFactory()


@pytest.mark.django_db(transaction=True)
def test_accepting_a_held_file_while_a_newer_one_comes_in_is_no_deadlock(running):
    """Both need the school and the held row: taken in one order, the second finds the first one's work done."""
    everybody = list(running.school.pupils)
    running.school.pupils = everybody[:20]
    running.night(running.school)
    held = EnrolmentImport.objects.get(state=ImportState.HELD)
    running.school.pupils = everybody
    running.nights += 1
    paths, answers = running.export(running.school), {}
    acts = {
        "newer": lambda: running.receive(paths).all_accepted,
        "accept": lambda: accept_held_import(held=held, by=None, at=held.received_at, on=running.on),
    }
    threads = []
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('schools.imports'), %s)", [held.school_id])
        for name, act in acts.items():
            threads.append(threading.Thread(target=_play, args=(name, act, answers)))
            threads[-1].start()
            wait_until_waiting(len(threads))
    for thread in threads:
        thread.join(timeout=120)
    assert answers == {"newer": True, "accept": "import_not_held"}


def _play(name, act, answers) -> None:
    try:
        answers[name] = act()
    except Refused as refusal:
        answers[name] = refusal.code
    except Exception as error:
        answers[name] = repr(error)
    finally:
        connection.close()
