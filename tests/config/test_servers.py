"""The suite talks to real servers, and each worker to its own databases."""

import os

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
def test_the_suite_runs_on_a_real_postgresql_with_the_extensions_we_need():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_available_extensions")
        available = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT lower('ÉLODIE'), current_setting('server_version_num')::int >= 180000")
        lowered, recent = cursor.fetchone()
    assert {"unaccent", "pg_trgm", "btree_gist"} <= available
    assert lowered == "élodie"
    assert recent or "DATABASE_URL" in os.environ


def test_valkey_keeps_a_value_in_this_workers_own_database():
    cache.set("bell", "rings")
    assert cache.get("bell") == "rings"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")
    assert settings.REDIS_URL.endswith(f"/{int(worker) + 1}")


def test_valkey_is_empty_when_a_test_starts():
    assert cache.get("bell") is None
