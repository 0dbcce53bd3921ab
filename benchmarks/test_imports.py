"""Enrolment files: how fast they are read, and how long a region's night lasts (N1)."""

from datetime import UTC, date, datetime
from time import perf_counter

import pytest

from programmes.campaigns import open_campaign
from schools.directory import import_schools
from schools.fictitious.directory import write_directory
from schools.fictitious.region import make_region
from schools.fictitious.siecle import write_region
from schools.imports import import_enrolments
from schools.sources import READERS
from schools.sources.sniff import read_document


SCHOOLS, PUPILS = 20, 300
LONGEST = 15  # seconds, for 20 schools of 300 pupils


@pytest.fixture(scope="module")
def region():
    return make_region(schools=SCHOOLS, pupils=PUPILS, seed=1)


def test_reading(region, tmp_path):
    paths = write_region(region, tmp_path, at=datetime(2026, 9, 8, 5, 12, 44))
    started = perf_counter()
    for document in map(read_document, paths):
        READERS[document.root].read(document)
    spent = perf_counter() - started
    count = SCHOOLS * PUPILS
    print(f"\nread {count} pupils and their guardians in {spent:.2f} s: {count / spent:,.0f} a second")


@pytest.mark.django_db(transaction=True)
def test_a_first_night_then_the_same_files_again(region, tmp_path):
    campaign = open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 7, 6))
    import_schools(path=write_directory(region, tmp_path / "annuaire.csv"), campaign=campaign)
    paths = write_region(region, tmp_path, at=datetime(2026, 9, 8, 5, 12, 44))
    for night in ("first night", "same files"):
        started = perf_counter()
        report = import_enrolments(
            paths=paths,
            campaign=campaign,
            by=None,
            at=datetime(2026, 9, 8, 6, tzinfo=UTC),
            on=date(2026, 9, 8),
        )
        spent = perf_counter() - started
        print(f"\n{night}: {report.counts.listed} pupils, {report.counts.arrivals} arrivals in {spent:.2f} s")
        assert spent < LONGEST
