"""A spreadsheet cut on a line end, or with a quotation mark left open, loses no pupil in silence (trust 26, 27)."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schools.imports import import_uploads
from schools.imports.receiving import receive_bytes
from schools.models import Enrolment
from schools.sources.refusals import DocumentRefused
from tests.schools.table_files import csv_of, lines_of
from tests.trust.base import every_row


MISSING_ALLOWED = 0.10  # of a school: the voted share


def send(world, data: bytes):
    at = datetime.combine(world.on, time(6), tzinfo=UTC)
    return import_uploads(
        files=[("effectifs.csv", data)],
        campaign=world.campaign,
        by=None,
        at=at,
        on=world.on,
        uai=world.school.uai,
    )


def table(world, end: str = "") -> bytes:
    return csv_of(lines_of(world.school), end=end)


@pytest.fixture
def typed(world):
    """A school that sends tables, for a night already."""
    assert send(world, table(world)).counts.arrivals == len(world.school.pupils)
    world.nights += 1
    return world


@pytest.mark.trust(26)
@pytest.mark.django_db
def test_a_table_cut_at_any_line_end_makes_nobody_leave(typed):
    """Without its last line it is still a table: the breaker holds it as soon as more than the voted share is gone."""
    lines, before = table(typed).splitlines(keepends=True), every_row()
    total = len(typed.school.pupils)
    for kept in range(len(lines) - 1):
        report = send(typed, b"".join(lines[: kept + 1]))
        missing = total - kept
        assert report.counts.departures == 0
        assert Enrolment.objects.active().count() == total
        if missing > MISSING_ALLOWED * total and missing >= 5:
            assert not report.all_accepted, kept
            assert every_row() == before


@pytest.mark.trust(26)
@pytest.mark.django_db
def test_a_table_that_says_how_many_lines_it_has_is_refused_without_one_of_them(typed):
    total = len(typed.school.pupils)
    lines, before = table(typed, end=f"FIN;{total}\r\n").splitlines(keepends=True), every_row()
    for lost in range(1, total + 1):
        report = send(typed, b"".join(lines[:lost] + lines[lost + 1 :]))
        assert [school.state for school in report.schools] == ["refused"]
        assert every_row() == before
    assert send(typed, b"".join(lines)).all_accepted


def read(data: bytes) -> int | None:
    """How many pupils are read; None for a file refused."""
    [bundle] = receive_bytes([("effectifs.csv", data)])
    try:
        return len(bundle.read_roll().pupils) if bundle.envelopes else None
    except DocumentRefused:
        return None


@pytest.mark.trust(27)
@pytest.mark.django_db
def test_a_quotation_mark_left_open_anywhere_swallows_no_line(world):
    """Python's own reader would give seven lines of a thousand, and no error."""
    text = table(world).decode("utf-8-sig")
    total = len(world.school.pupils)
    places = [at for at, sign in enumerate(text) if sign in ";\n"]

    @settings(max_examples=80, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.sampled_from(places), st.sampled_from(['"', '""', '"x', 'x"', '";"']))
    def leave_open(at, mark):
        spoiled = text[: at + 1] + mark + text[at + 1 :]
        assert read(spoiled.encode("utf-8-sig")) in {None, total}

    leave_open()
    assert read(text.encode("utf-8-sig")) == total


@pytest.mark.trust(27)
@pytest.mark.django_db
@pytest.mark.parametrize("spoil", ["less", "more"])
def test_a_line_with_one_separator_too_few_or_too_many_is_refused_with_its_number(typed, spoil):
    lines, before = table(typed).decode("utf-8-sig").splitlines(), every_row()
    lines[7] = lines[7].replace(";", "", 1) if spoil == "less" else f"x;{lines[7]}"
    report = send(typed, "\r\n".join(lines).encode("utf-8-sig"))
    assert [school.state for school in report.schools] == ["refused"]
    assert "8" in report.schools[0].refusal
    assert every_row() == before
