"""A transfer that stops in the middle, at any byte: nothing of the file is applied (trust 25)."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from schools.fictitious.evolutions import arrive, rename
from schools.fictitious.siecle import write_school
from tests.trust.base import every_row
from tests.trust.documents import document, pupil_xml


pytestmark = pytest.mark.django_db
cuts = settings(
    max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def tonight(running) -> dict[str, Path]:
    """Files that would change much: a name, a class, a newcomer; out of their zips, in Latin-9."""
    rename(running.region, running.school.pupils[0])
    running.school.pupils[1].family_name = "Lœuvre-Ÿves"
    running.school.pupils[2].class_code = "2GT9"
    arrive(running.region, running.school, on=running.on)
    running.nights += 1
    folder = running.folder / "cut"
    return {path.stem: path for path in _export(running, folder, zipped=False)}


def _export(world, folder, *, zipped):
    at = datetime(world.on.year, world.on.month, world.on.day, 5, 12, 44)
    return write_school(world.school, folder, year=world.region.year, at=at, zipped=zipped)


def assert_refused_and_untouched(world, paths, before) -> None:
    report = world.receive(paths)
    assert report.refused
    assert report.counts.arrivals == report.counts.changes == report.counts.departures == 0
    assert every_row() == before


@pytest.mark.trust(25)
@pytest.mark.parametrize(
    "name", ["ElevesAvecAdresses", "ResponsablesAvecAdresses", "Nomenclature", "Structures"]
)
def test_an_export_cut_anywhere_changes_nothing(running, tonight, name):
    whole, before = tonight[name].read_bytes(), every_row()
    last = whole.rindex(b">")  # what follows is a line end: without it the document is still whole

    @cuts
    @given(st.integers(0, last))
    @example(0)
    @example(last)
    def cut(at):
        tonight[name].write_bytes(whole[:at])
        assert_refused_and_untouched(running, tonight.values(), before)

    cut()
    tonight[name].write_bytes(whole)
    assert running.receive(list(tonight.values())).all_accepted
    assert every_row() != before


@pytest.mark.trust(25)
def test_every_cut_of_one_in_a_hundred_is_refused(running, tonight):
    """The row as it was first asked for: at each hundredth of the pupils' file."""
    path, before = tonight["ElevesAvecAdresses"], every_row()
    whole = path.read_bytes()
    for hundredth in range(100):
        path.write_bytes(whole[: len(whole) * hundredth // 100])
        assert_refused_and_untouched(running, tonight.values(), before)


@pytest.mark.trust(25)
def test_a_zip_cut_anywhere_changes_nothing(running, tonight):
    paths = _export(running, running.folder / "cut-zips", zipped=True)
    whole, before = paths[0].read_bytes(), every_row()

    @cuts
    @given(st.integers(0, len(whole) - 1))
    @example(len(whole) - 1)
    @example(2)
    def cut(at):
        paths[0].write_bytes(whole[:at])
        assert_refused_and_untouched(running, paths, before)

    cut()


@pytest.mark.trust(25)
def test_a_letter_cut_in_two_bytes_is_not_a_letter(running):
    """In UTF-8 the cut may fall inside « é »; then the end is missing too."""
    text, before = document(pupil_xml()).encode(), every_row()
    path = running.folder / "ElevesAvecAdresses.xml"
    path.write_bytes(text[: text.index("é".encode()) + 1])
    assert_refused_and_untouched(running, [path], before)


@pytest.mark.trust(25)
def test_two_halves_of_two_nights_glued_together_change_nothing(running, tonight):
    """A writer that opens the file again without emptying it: the end of last night's shows behind tonight's."""
    path, before = tonight["ElevesAvecAdresses"], every_row()
    whole = path.read_bytes()
    for glued in (whole + whole, whole + whole[len(whole) // 2 :], whole[: len(whole) // 2] + whole):
        path.write_bytes(glued)
        assert_refused_and_untouched(running, tonight.values(), before)
