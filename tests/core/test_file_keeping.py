"""Stored files later: another key, the day they must go, what rolled-back acts left (trust 88, 99)."""

import hashlib
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from core.encryption import CannotDecrypt, is_encrypted, present_key_id
from core.file_keeping import ORPHAN_AFTER, purge_files, reencrypt_files, sweep_files
from core.files import store_bytes
from core.models import StoredFile
from core.refusals import Refused


pytestmark = pytest.mark.django_db(transaction=True)

ON = date(2026, 11, 3)
CONTENT = b"<BEE_ELEVES>LEFEVRE</BEE_ELEVES>" * 50
OLD, NEW = b"o" * 32, b"n" * 32


@pytest.fixture(autouse=True)
def _own_disk(settings, tmp_path):
    """The store of this test alone: a sweep of another's would tell of its files too."""
    default = settings.STORAGES["default"]
    settings.STORAGES = settings.STORAGES | {
        "default": default | {"OPTIONS": {"location": tmp_path / "files", "base_url": None}}
    }


def kept(content: bytes = CONTENT, kind: str = "enrolment-file") -> StoredFile:
    return store_bytes(content, kind=kind, name="eleves.xml", content_type="application/xml")


def path_of(stored: StoredFile) -> Path:
    return Path(stored.content.path)


def kept_in_clear() -> StoredFile:
    """As the files of before encryption are."""
    stored = StoredFile(
        kind="convention",
        name="convention.pdf",
        content_type="application/pdf",
        size=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
    )
    stored.content.save("convention.pdf", ContentFile(CONTENT), save=False)
    stored.save()
    return stored


def made_old(path: Path) -> None:
    long_ago = (timezone.now() - ORPHAN_AFTER - timedelta(hours=1)).timestamp()
    os.utime(path, (long_ago, long_ago))


def test_the_disk_holds_nothing_that_can_be_read():
    stored = kept()
    on_disk = path_of(stored).read_bytes()
    assert is_encrypted(on_disk)
    assert b"LEFEVRE" not in on_disk
    assert len(on_disk) < len(CONTENT) / 4
    assert stored.read_bytes() == CONTENT
    assert (stored.size, stored.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


def test_two_files_that_change_places_on_disk_do_not_open():
    one, two = kept(), kept(b"<autre/>")
    os.replace(path_of(two), path_of(one))
    with pytest.raises(CannotDecrypt):
        one.read_bytes()


def test_a_file_of_before_is_read_and_a_changed_one_is_refused():
    stored = kept_in_clear()
    assert stored.read_bytes() == CONTENT
    path_of(stored).write_bytes(b"%PDF-1.7 faux")
    with pytest.raises(CannotDecrypt):
        stored.read_bytes()


def test_a_new_key_takes_over_every_file_and_the_old_one_may_go(settings, capsys):
    settings.FILES_KEYS = [OLD]
    files = [kept(), kept(b"<autre/>"), kept_in_clear()]
    settings.FILES_KEYS = [NEW, OLD]
    assert reencrypt_files(limit=1) == {"rewritten": 1, "unreadable": 0}
    call_command("reencrypt_files", "--json")
    assert '"rewritten": 2' in capsys.readouterr().out
    settings.FILES_KEYS = [NEW]
    again = StoredFile.objects.in_bulk([file.pk for file in files])
    assert [again[file.pk].read_bytes() for file in files] == [CONTENT, b"<autre/>", CONTENT]
    assert {row.key_id for row in again.values()} == {present_key_id()}
    assert reencrypt_files() == {"rewritten": 0, "unreadable": 0}


def test_files_whose_key_is_lost_are_counted_and_left_alone(settings):
    settings.FILES_KEYS = [OLD]
    stored = kept()
    before = path_of(stored).read_bytes()
    settings.FILES_KEYS = [NEW]
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("reencrypt_files")
    assert path_of(stored).read_bytes() == before


def test_a_purged_file_leaves_its_row_its_hash_and_a_sentence():
    stored, other = kept(), kept(kind="convention")
    assert purge_files(pks=[stored.pk, other.pk], kind="enrolment-file", on=ON) == 1
    assert purge_files(pks=[stored.pk], kind="enrolment-file", on=ON) == 0
    stored.refresh_from_db()
    assert (stored.purged_on, stored.size) == (ON, len(CONTENT))
    assert not path_of(stored).exists()
    assert other.read_bytes() == CONTENT
    with pytest.raises(Refused) as refusal:
        stored.read_bytes()
    assert refusal.value.code == "file_purged"
    assert "3 novembre 2026" in refusal.value.sentence


def test_a_purge_that_is_rolled_back_deletes_nothing():
    stored = kept()
    with pytest.raises(DatabaseError), transaction.atomic():
        purge_files(pks=[stored.pk], kind="enrolment-file", on=ON)
        raise DatabaseError
    stored.refresh_from_db()
    assert stored.read_bytes() == CONTENT


def test_the_sweep_takes_what_no_row_wants_once_it_is_a_day_old():
    stored = kept()
    with pytest.raises(DatabaseError), transaction.atomic():
        orphan = path_of(kept())
        raise DatabaseError
    now = timezone.now()
    assert sweep_files(at=now) == 0
    made_old(orphan)
    made_old(path_of(stored))
    assert sweep_files(at=now) == 1
    assert not orphan.exists()
    assert stored.read_bytes() == CONTENT
