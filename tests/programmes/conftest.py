"""A campaign of Normandie 2026, opened as a region opens it."""

from datetime import date

import pytest

from programmes.campaigns import open_campaign
from programmes.presets import preset


OPENED_ON = date(2026, 7, 6)


@pytest.fixture
def campaign(db):
    return open_campaign(preset="normandie", year=2026, by=None, on=OPENED_ON)


@pytest.fixture
def document():
    """Normandie's rules of 2026 as a document to alter."""
    return preset("normandie").rules_for(2026).as_document()
