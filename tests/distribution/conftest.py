"""A school of Normandie 2026 ready for its delivery day."""

import pytest

from programmes.presets import preset


@pytest.fixture(scope="session")
def rules():
    """Normandie's rules of 2026."""
    return preset("normandie").rules_for(2026)
