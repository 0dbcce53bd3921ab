"""A watcher learns whether the process answers, and whether it can work."""

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse


def test_livez_asks_the_database_nothing(client):
    assert client.get(reverse("livez")).content == b"ok"


@pytest.mark.django_db
def test_readyz_is_ready_with_a_migrated_database(client):
    answer = client.get(reverse("readyz"))
    assert answer.status_code == 200
    assert answer.json() == {
        "state": "ready",
        "database": "ok",
        "redis": "ok",
        "outbox": "ok",
        "oldest_queued_age": 0,
    }


@pytest.mark.django_db
def test_readyz_refuses_traffic_while_a_migration_waits(client):
    MigrationRecorder.Migration.objects.filter(app="accounts").delete()
    answer = client.get(reverse("readyz"))
    assert answer.status_code == 503
    assert answer.json()["database"] == "not migrated"


@pytest.mark.django_db
def test_without_redis_the_state_is_degraded_and_pages_still_come(client, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    answer = client.get(reverse("readyz"))
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["redis"]) == ("degraded", "unreachable")
