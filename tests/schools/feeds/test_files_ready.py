"""The drop folder: a file that somebody still writes is never read (N1; trust 24)."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from schools.feeds.dropping import SETTLED, files_ready


NOW = datetime(2026, 9, 8, 0, 30, tzinfo=UTC)


def drop(folder, name, *, age=timedelta(hours=3), content=b"<BEE_ELEVES/>"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    stamp = (NOW - age).timestamp()
    os.utime(path, (stamp, stamp))
    return path


def test_whole_files_of_every_subfolder_are_ready_in_order(tmp_path):
    wanted = [
        drop(tmp_path, "0140013N/eleves.xml"),
        drop(tmp_path, "2026-09-08/0140001A/eleves.zip"),
        drop(tmp_path, "z.json"),
    ]
    assert files_ready(tmp_path, now=NOW) == wanted


@pytest.mark.parametrize(
    "name",
    [
        ".eleves.xml",
        ".en-cours/eleves.xml",
        "eleves.xml.part",
        "eleves.xml.FILEPART",
        "eleves.tmp",
        "eleves.xml~",
        "eleves.xml.partial",
    ],
)
def test_what_a_transfer_tool_has_not_finished_is_left(tmp_path, name):
    drop(tmp_path, name)
    assert files_ready(tmp_path, now=NOW) == []


@pytest.mark.parametrize(("age", "is_ready"), [(SETTLED, True), (SETTLED - timedelta(seconds=1), False)])
def test_a_file_that_changed_a_moment_ago_is_left_for_the_next_look(tmp_path, age, is_ready):
    drop(tmp_path, "eleves.xml", age=age)
    assert bool(files_ready(tmp_path, now=NOW)) is is_ready


def test_a_file_that_grows_between_two_looks_is_read_only_when_it_stands_still(tmp_path):
    path = drop(tmp_path, "eleves.xml")
    with path.open("ab") as file:
        file.write(b"<suite/>")
    written_at = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    assert files_ready(tmp_path, now=written_at + timedelta(seconds=5)) == []
    assert files_ready(tmp_path, now=written_at + SETTLED) == [path]


def test_a_rename_is_atomic_and_keeps_the_age_of_the_content(tmp_path):
    unfinished = drop(tmp_path, "eleves.xml.part")
    unfinished.rename(tmp_path / "eleves.xml")
    assert files_ready(tmp_path, now=NOW) == [tmp_path / "eleves.xml"]


def test_an_empty_file_and_a_link_elsewhere_are_not_files_to_read(tmp_path):
    drop(tmp_path, "vide.xml", content=b"")
    (tmp_path / "lien.xml").symlink_to("/etc/hostname")
    assert files_ready(tmp_path, now=NOW) == []


def test_a_clock_that_is_wrong_keeps_no_file_away_for_ever(tmp_path):
    path = drop(tmp_path, "eleves.xml", age=-timedelta(days=2))
    assert files_ready(tmp_path, now=NOW) == [path]


def test_a_folder_that_does_not_exist_is_empty(tmp_path):
    assert files_ready(tmp_path / "rien", now=NOW) == []
