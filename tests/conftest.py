"""What every test stands on: real PostgreSQL, real Valkey (`config/settings_test.py` starts them)."""

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, settings

from tests.kit.browser import chromium, page, phone  # noqa: F401


# A busy machine is slow; that says nothing of the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(autouse=True)
def _empty_valkey():
    """No counter, lock or ring of one test reaches the next."""
    cache.clear()


@pytest.fixture
def cast(db):
    """Mme Roux, M. Petit, Alix and the others: see `tests/cast.py`."""
    from tests.cast import make_cast

    return make_cast()
