"""Zips that would fill the disk, write beside it or hide something are refused before they are opened (trust 35)."""

import io
import os
import random
import struct
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from schools.imports.receiving import receive_paths
from tests.trust.children import reader
from tests.trust.documents import document, pupil_xml


SECONDS, MEGABYTES = 2, 128
MB = 1024 * 1024
GOOD = document(pupil_xml()).encode()


@pytest.fixture(scope="module")
def read():
    with reader() as read:
        yield read


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data, method)
    return buffer.getvalue()


def giant() -> bytes:
    """A directory of the kind made for more than 4 GB, which says that it holds a million entries."""
    content = zipped(("a.xml", GOOD))
    end = content.index(b"PK\x05\x06")
    record = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 10**6, 10**6, 10**8, 0)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    return content[:end] + record + locator + content[end:]


def hidden(count: int) -> bytes:
    """The same crowd; the end record holds a second mark, that names an empty directory."""
    content = bytearray(crowded(count))
    content[-18:-14] = b"PK\x05\x06"
    return bytes(content)


def a_link() -> bytes:
    """An entry that is a symbolic link to a file of the server."""
    entry = zipfile.ZipInfo("ElevesAvecAdresses.xml")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    return zipped((entry, b"/etc/passwd"))


def locked() -> bytes:
    """The flag that says « encrypted », in the entry's header and in the directory."""
    content = bytearray(zipped(("a.xml", GOOD)))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    return bytes(content)


def lying(size: int) -> bytes:
    """The directory announces `size` bytes; the entry holds 50 MB."""
    content = bytearray(zipped(("a.xml", b"<a>" + b" " * 50 * MB)))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = struct.pack("<I", size)
    return bytes(content)


def overlapping() -> bytes:
    """Thousands of names for the same bytes, as the « better zip bomb » has them."""
    content = zipped(("0.xml", b" " * 10 * MB))
    start = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    record, count = content[start:end], 5000
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(record) * count, start, 0)
    return content[:start] + record * count + tail


def crowded(count: int) -> bytes:
    """`count` empty entries, in a directory written by hand: zipfile would take a minute."""
    names = [f"{number:06d}.xml".encode() for number in range(count)]
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 0, 0, 10, 0) + b"000000.xml"
    header = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0)
    directory = b"".join(header + name for name in names)
    shown = count % 65536
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, shown, shown, len(directory), len(local), 0)
    return local + directory + tail


BOMB = b"<a>" + b" " * 60 * MB
CASES = {
    "a bomb": lambda: zipped(("a.xml", BOMB)),
    "a bomb of another make": lambda: zipped(("a.xml", BOMB), method=zipfile.ZIP_LZMA),
    "a bomb in a bomb": lambda: zipped(("a.zip", zipped(("a.xml", BOMB)))),
    "a bomb named as XML": lambda: zipped(("a.xml", zipped(("a.xml", BOMB)))),
    "a small lie about the size": lambda: lying(100),
    "a lie of 40 MB": lambda: lying(40 * MB),
    "a lie of 4 GB": lambda: lying(2**32 - 2),
    "the same bytes 5,000 times": overlapping,
    "100,000 entries": lambda: crowded(100_000),
    "30,000 entries behind a false end": lambda: hidden(30_000),
    "a directory of more than 4 GB": giant,
    "a link to a file of ours": a_link,
    "a way up": lambda: zipped(("../../../escaped.xml", GOOD)),
    "a way up, Windows": lambda: zipped(("..\\..\\escaped.xml", GOOD)),
    "an absolute path": lambda: zipped(("/var/escaped.xml", GOOD)),
    "a drive": lambda: zipped(("C:\\escaped.xml", GOOD)),
    "a program beside": lambda: zipped(("a.xml", GOOD), ("run.exe", b"MZ")),
    "a locked zip": locked,
    "nothing at all": zipped,
    "a cut directory": lambda: zipped(("a.xml", GOOD))[:-30],
}
ALLOWED = {"zip_content", "too_big", "bad_zip", "zip_encrypted", "bad_xml"}


def files_under(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


@contextmanager
def nothing_written(folder: Path):
    """`folder` and everything beside our zip stay as they were."""
    before = files_under(folder)
    yield
    assert files_under(folder) == before


@pytest.mark.trust(35)
@pytest.mark.parametrize("name", CASES)
def test_a_hostile_zip_is_refused_cheaply_and_writes_nothing(name, tmp_path, read):
    inbox = tmp_path / "a" / "b" / "c"
    inbox.mkdir(parents=True)
    path = inbox / "ExportXML_ElevesAvecAdresses.zip"
    path.write_bytes(CASES[name]())
    with nothing_written(tmp_path):
        reading = read(path)
    assert reading.pupils == 0
    assert set(reading.codes) <= ALLOWED
    assert reading.codes
    assert reading.seconds < SECONDS
    assert reading.megabytes < MEGABYTES
    assert not Path("/var/escaped.xml").exists()


@pytest.mark.trust(35)
def test_the_zip_siecle_makes_is_read(tmp_path, read):
    """Else the refusals above would prove nothing."""
    path = tmp_path / "ExportXML_ElevesAvecAdresses.zip"
    path.write_bytes(zipped(("ElevesAvecAdresses.xml", GOOD)))
    assert (read(path).codes, read(path).pupils) == ([], 1)


@pytest.mark.trust(35)
def test_reading_a_zip_opens_nothing_for_writing(tmp_path):
    """A folder that nobody may write to is enough: nothing is ever unpacked."""
    path = tmp_path / "ExportXML_ElevesAvecAdresses.zip"
    path.write_bytes(zipped(("x/y/ElevesAvecAdresses.xml", GOOD)))
    opened = set(os.listdir("/proc/self/fd"))
    [bundle] = receive_paths([path])
    assert [pupil.given_name for pupil in bundle.read_roll().pupils] == ["Zoé"]
    assert len(os.listdir("/proc/self/fd")) == len(opened)
    assert files_under(tmp_path) == {path}


@pytest.mark.trust(35)
def test_a_zip_spoiled_anywhere_is_read_or_refused(tmp_path):
    """Two hundred times one byte of an export becomes noise: never another error."""
    content = zipped(("ElevesAvecAdresses.xml", GOOD))
    path = tmp_path / "ExportXML_ElevesAvecAdresses.zip"
    noise = random.Random(35)
    for _turn in range(200):
        spoiled = bytearray(content)
        spoiled[noise.randrange(len(content))] = noise.randrange(256)
        path.write_bytes(spoiled)
        for bundle in receive_paths([path]):
            assert bundle.envelopes or bundle.findings.refusals
