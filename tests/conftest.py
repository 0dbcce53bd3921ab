"""What every test stands on: real PostgreSQL, real Valkey (`config/settings_test.py` starts them)."""

import os

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, settings

from tests.kit.browser import chromium, page, phone  # noqa: F401
from tests.kit.migrated_database import migrated_database


# A busy machine is slow; that says nothing of the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(autouse=True)
def _empty_valkey():
    """No counter, lock or ring of one test reaches the next."""
    cache.clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """The database of the tests is a copy of one with every migration played."""
    from django.db import connection

    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_database(os.environ["DATABASE_URL"])


@pytest.fixture
def cast(db):
    """Mme Roux, M. Petit, Alix and the others: see `tests/cast.py`."""
    from tests.cast import make_cast

    return make_cast()
