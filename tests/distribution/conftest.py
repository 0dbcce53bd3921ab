"""A school of Normandie 2026 ready for its delivery day."""

import pytest
import time_machine

from programmes.presets import preset
from tests.distribution.scene import DELIVERY_DAY, at


@pytest.fixture(scope="session")
def rules():
    """Normandie's rules of 2026."""
    return preset("normandie").rules_for(2026)


@pytest.fixture
def delivery_day():
    """It is 28 September 2026, 9 h 00 in Paris, for the views too."""
    with time_machine.travel(at(DELIVERY_DAY), tick=True) as clock:
        yield clock
