"""Raw files go when the rules say, and only they (trust 99); the drop folder keeps nothing longer."""

import os
from datetime import datetime, time, timedelta

import pytest

from core.files import store_bytes
from core.models import StoredFile
from schools.enums import ImportState
from schools.feeds.deliveries import keep
from schools.feeds.dropping import PATIENCE, tidy_folder
from schools.feeds.enums import DeliveryState, Way
from schools.feeds.purging import keep_files
from schools.imports.deciding import accept_held_import
from schools.models import EnrolmentImport, FeedDelivery
from tests.schools.conftest import DATA
from tests.schools.feeds.conftest import PARIS


def days_later(world, days):
    on = world.on + timedelta(days=days)
    return {"on": on, "at": datetime.combine(on, time(3), tzinfo=PARIS)}


def due_days(world):
    return world.campaign.rule_tree.privacy.raw_files_days


@pytest.mark.parametrize(("extra", "purged"), [(-1, 0), (0, 0), (1, 8), (2, 8)])
def test_files_go_the_day_after_the_voted_number_of_days(running, extra, purged):
    figures = keep_files(**days_later(running, due_days(running) + extra))
    assert figures["purged"] == purged == StoredFile.objects.exclude(purged_on=None).count()


def test_a_second_run_finds_nothing_and_the_rows_stay(running):
    later = days_later(running, 60)
    before = set(StoredFile.objects.values_list("sha256", "size"))
    keep_files(**later)
    assert keep_files(**later)["purged"] == 0
    assert set(StoredFile.objects.values_list("sha256", "size")) == before
    assert set(StoredFile.objects.values_list("purged_on", flat=True)) == {later["on"]}


def test_the_page_of_the_import_says_that_its_files_are_gone(client, running, officer):
    found = EnrolmentImport.objects.first()
    keep_files(**days_later(running, 60))
    client.force_login(officer)
    page = client.get(f"/imports/{found.public_id}/").content.decode()
    assert "Fichier supprimé le 8 novembre 2026" in page


def test_the_files_of_a_held_import_wait_for_the_decision(running):
    running.school.pupils = running.school.pupils[:20]
    running.night(running.school)
    held = EnrolmentImport.objects.get(state=ImportState.HELD)
    keep_files(**days_later(running, 60))
    assert not held.files.exclude(purged_on=None).exists()
    report = accept_held_import(held=held, by=None, at=held.received_at, on=running.on)
    assert report.state == ImportState.APPLIED
    keep_files(**days_later(running, 60))
    assert not held.files.filter(purged_on=None).exists()


def test_nothing_but_an_enrolment_file_is_ever_deleted(running):
    contract = store_bytes(b"%PDF-1.7", kind="convention", name="c.pdf", content_type="application/pdf")
    EnrolmentImport.objects.first().files.add(contract)
    keep_files(**days_later(running, 60))
    assert contract.read_bytes() == b"%PDF-1.7"


def test_files_not_read_yet_are_kept(world):
    delivery, _is_new = keep(
        files=[("x.xml", b"<x/>")],
        campaign=world.campaign,
        way=Way.PULL,
        sender="essai",
        uais=[],
        at=datetime(2026, 9, 1, tzinfo=PARIS),
    )
    keep_files(**days_later(world, 60))
    assert delivery.files.get().read_bytes() == b"<x/>"


@pytest.fixture
def folder(world):
    path = world.folder / "depot"
    path.mkdir()
    return path


def dropped(folder, name, content, at):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def tidy(world, folder, at, since=None):
    return tidy_folder(folder=folder, campaign=world.campaign, at=at, since=since)


def test_what_nobody_can_read_is_set_aside_after_a_day_and_never_lost(world, folder):
    came = datetime(2026, 9, 8, 1, tzinfo=PARIS)
    content = (DATA / "bad_xxe.xml").read_bytes()
    path = dropped(folder, f"{world.school.uai}/eleves.xml", content, came)
    assert tidy(world, folder, came + PATIENCE / 2)["set_aside"] == 0
    assert path.exists()
    assert tidy(world, folder, came + PATIENCE * 2)["set_aside"] == 1
    delivery = FeedDelivery.objects.get()
    assert (delivery.state, delivery.uais) == (DeliveryState.SET_ASIDE, [world.school.uai])
    assert delivery.problems[0]["code"] == "doctype"
    assert delivery.files.get().read_bytes() == content
    assert not path.exists()


def test_what_can_be_read_stays_until_its_time_is_over_and_goes_if_it_was_taken(running, folder):
    came = datetime(2026, 9, 8, 1, tzinfo=PARIS)
    taken = dropped(folder, "prise.zip", running.written[0].read_bytes(), came)
    never = dropped(folder, "jamais.xml", (DATA / "ElevesAvecAdresses.xml").read_bytes(), came)
    assert tidy(running, folder, came + PATIENCE * 2) == {"deleted": 0, "set_aside": 0, "stuck": 0}
    over = came + timedelta(days=due_days(running) + 1)
    assert tidy(running, folder, over) == {"deleted": 1, "set_aside": 1, "stuck": 0}
    assert not taken.exists()
    assert not never.exists()
    assert FeedDelivery.objects.get().problems[0]["code"] == "never_applied"


def test_a_folder_that_may_only_be_read_is_said_so(world, folder, monkeypatch):
    came = datetime(2026, 9, 8, 1, tzinfo=PARIS)
    dropped(folder, "x.xml", b"hello", came)
    monkeypatch.setattr("pathlib.Path.unlink", lambda path: (_ for _ in ()).throw(PermissionError))
    assert tidy(world, folder, came + PATIENCE * 2)["stuck"] == 1
    assert tidy(world, folder, came + PATIENCE * 2)["stuck"] == 1
    assert FeedDelivery.objects.count() == 1
