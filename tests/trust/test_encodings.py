"""Letters arrive as the school typed them or not at all: never « Ã© » for « é » (trust 28)."""

import unicodedata
import zipfile
from pathlib import Path

import pytest

from schools.imports.receiving import receive_bytes
from schools.models import Pupil
from schools.sources.refusals import DocumentRefused
from schools.sources.values import text
from tests.trust.base import every_row
from tests.trust.documents import document, pupil_xml


NAME = "Zoé-Chloë Ÿves L’Œuvre"
LATIN = "Zoé-Chloë"  # what Latin-1 can write
RAW = {
    "utf-8": ("UTF-8", NAME),
    "utf-8-sig": ("UTF-8", NAME),
    "utf-16": ("UTF-16", NAME),
    "iso-8859-15": ("ISO-8859-15", NAME.replace("’", "'")),
    "iso-8859-1": ("ISO-8859-1", LATIN),
    "cp1252": ("windows-1252", NAME),
}


def names_read(data: bytes) -> tuple[list[str], list[str]]:
    """The given names of the pupils, and the codes of what is refused."""
    [bundle] = receive_bytes([("ElevesAvecAdresses.xml", data)])
    try:
        pupils = bundle.read_roll().pupils if bundle.envelopes else ()
    except DocumentRefused as refused:
        return [], [refused.finding.code]
    return [pupil.given_name for pupil in pupils], [finding.code for finding in bundle.findings.refusals]


@pytest.mark.trust(28)
@pytest.mark.parametrize("encoding", RAW)
def test_a_file_in_the_encoding_it_declares_is_read_letter_by_letter(encoding):
    declared, name = RAW[encoding]
    data = document(pupil_xml(given_name=name), encoding=declared).encode(encoding)
    assert names_read(data) == ([name], [])


@pytest.mark.trust(28)
@pytest.mark.parametrize(
    ("declared", "real"),
    [
        ("UTF-8", "iso-8859-15"),
        ("UTF-8", "cp1252"),
        ("UTF-8", "utf-16"),
        ("UTF-16", "utf-8"),
        ("ISO-8859-15", "utf-16"),
        ("US-ASCII", "iso-8859-15"),
        ("US-ASCII", "utf-8"),
        ("KOI-NULL", "utf-8"),
        ("UTF-7", "utf-8"),
        ("EBCDIC-CP-FR", "utf-8"),
    ],
)
def test_a_file_that_lies_about_its_encoding_is_refused_or_right(declared, real):
    data = document(pupil_xml(given_name=LATIN), encoding=declared).encode(real)
    names, refusals = names_read(data)
    assert refusals or names == [LATIN]


@pytest.mark.trust(28)
def test_letters_that_were_lost_on_the_way_are_told_not_believed(running):
    """UTF-8 read as Latin-9 by somebody's spreadsheet, then declared so: well-formed, and wrong."""
    known = running.school.pupils[0]
    known.family_name = "Dœuf"
    running.night(running.school)
    for lost in ("D¼uf", "D?uf", "D\ufffduf"):
        known.family_name = lost
        report = running.night(running.school)
        assert Pupil.objects.get(ine=known.ine).family_name == "Dœuf"
        assert "damaged_name" in report.finding_counts()


@pytest.mark.trust(28)
@pytest.mark.parametrize("control", ["\x00", "\x01", "\x0b", "\x1b", "\ufffe"])
@pytest.mark.parametrize("written", ["raw", "reference"])
def test_a_sign_that_no_text_may_hold_is_refused(control, written):
    sign = control if written == "raw" else f"&#{ord(control)};"
    names, refusals = names_read(
        document(pupil_xml(given_name=f"Zoé{sign}")).encode("utf-8", "surrogatepass")
    )
    assert (names, refusals) == ([], ["bad_xml"])


@pytest.mark.trust(28)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\r\n\r"])
def test_line_ends_of_any_machine_are_the_same(line_end):
    text = document(pupil_xml(given_name="Zoé\nChloé").replace("><", ">\n<")).replace("\n", line_end)
    assert names_read(text.encode()) == (["Zoé Chloé"], [])


@pytest.mark.trust(28)
@pytest.mark.django_db
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accents_in_two_pieces_are_the_same_name(world, form):
    """A Mac writes « é » as « e » and an accent: the next night, from a PC, nothing has changed."""
    pupil = world.school.pupils[0]
    pupil.family_name, pupil.given_name = "Lefèvre-Noël", "Zoé"
    world.export(world.school)
    assert world.receive(as_utf8(world.written, form)).all_accepted
    stored = Pupil.objects.get(ine=pupil.ine)
    assert (stored.family_name, stored.given_name) == ("Lefèvre-Noël", "Zoé")
    before = every_row()
    world.nights += 1
    world.export(world.school)
    other = {"NFC": "NFD", "NFD": "NFC"}[form]
    assert world.receive(as_utf8(world.written, other)).counts.changes == 0
    assert every_row() == before


@pytest.mark.trust(28)
@pytest.mark.django_db
def test_a_pupil_typed_with_a_mac_is_not_a_twin_of_the_same_typed_with_a_pc(world):
    """Without a number, the names are all there is to know somebody by."""
    pupil = world.school.pupils[0]
    pupil.family_name, pupil.given_name, pupil.ine = "Lefèvre-Noël", "Zoé", ""
    world.export(world.school)
    world.receive(as_utf8(world.written, "NFD"))
    pupil.eleve_id += 500_000
    world.nights += 1
    world.export(world.school)
    report = world.receive(as_utf8(world.written, "NFC"))
    assert "possible_twin" in report.finding_counts()


@pytest.mark.trust(28)
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC"])
def test_the_other_sources_read_accents_in_one_piece_too(form):
    """Services and directories: whatever they write goes through here."""
    assert text(unicodedata.normalize(form, " Zoé-Chloë  Ÿves\n")) == "Zoé-Chloë Ÿves"


def as_utf8(paths: list[Path], form: str) -> list[Path]:
    """The same exports in UTF-8, their accents in this form."""
    written = []
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            [entry] = archive.namelist()
            text = archive.read(entry).decode("iso-8859-15").replace("ISO-8859-15", "UTF-8")
        written.append(path.with_suffix(".xml"))
        written[-1].write_text(unicodedata.normalize(form, text), encoding="utf-8")
    return written
