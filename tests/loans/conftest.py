"""The campaign of Normandie 2026, and a few instants of its story."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from core.files import store_bytes
from programmes.campaigns import open_campaign
from tests.schools.factories import EnrolmentFactory


PARIS = ZoneInfo("Europe/Paris")
DAY = date(2026, 9, 15)
NOON = datetime(2026, 9, 15, 12, tzinfo=PARIS)


@pytest.fixture
def campaign(db):
    return open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 7, 6))


@pytest.fixture
def stored(db):
    """A small file, as a scan."""
    return store_bytes(b"%PDF-1.7", kind="paper", name="scan.pdf", content_type="application/pdf")


@pytest.fixture
def enrol(campaign):
    """Enrol a pupil of the campaign: `enrol(guardians=2)`."""
    return lambda **fields: EnrolmentFactory(campaign=campaign, **fields)
