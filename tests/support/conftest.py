"""Alix has a laptop; the warehouse has three more."""

import pytest

from tests.loans.factories import DeviceFactory
from tests.support.world import lent, ticket_for


@pytest.fixture
def loan(cast):
    return lent(cast.alix, cast.campaign)


@pytest.fixture
def stock(db):
    return DeviceFactory.create_batch(3)


@pytest.fixture
def ticket(cast, loan):
    """Alix's mother called: the screen stays black."""
    return ticket_for(cast.alix, cast.campaign)
