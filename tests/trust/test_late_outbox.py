"""A sweep that falls behind shows: one figure, one rule written for those who watch (trust 56)."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.outbox import cancel_waiting, enqueue
from core.outbox.figures import LATE, outbox_figures
from tests.core.test_outbox import draft


PAGE = django_settings.BASE_DIR / "docs" / "operations.md"
RULE = re.compile(r"expr: (cartable_outbox_oldest_queued_age_seconds) > (\d+)")
pytestmark = [pytest.mark.django_db, pytest.mark.trust(56)]


def wait_since(ago: timedelta) -> None:
    with transaction.atomic():
        enqueue(draft("vieux", due_at=timezone.now() - ago))


def figures_read(client, settings) -> dict[str, int]:
    """As a Prometheus reads them."""
    settings.METRICS_TOKEN = "un-secret"
    answer = client.get(reverse("metrics"), headers={"authorization": "Bearer un-secret"})
    assert answer.status_code == 200
    lines = (line for line in answer.content.decode().splitlines() if not line.startswith("#"))
    return {name: int(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def fires(figures: dict[str, int]) -> bool:
    """The rule as the page gives it to operators."""
    name, limit = RULE.search(PAGE.read_text(encoding="utf-8")).groups()
    return figures[name] > int(limit)


def test_the_rule_of_the_page_fires_past_fifteen_minutes_and_stops_when_the_message_is_gone(client, settings):
    wait_since(LATE + timedelta(minutes=1))
    figures = figures_read(client, settings)
    assert LATE.total_seconds() < figures["cartable_outbox_oldest_queued_age_seconds"] < 20 * 60
    assert figures['cartable_outbox_messages{state="queued"}'] == 1
    assert fires(figures)
    cancel_waiting(about="thing:1")
    assert not fires(figures_read(client, settings))


def test_the_rule_is_silent_before(client, settings):
    wait_since(LATE - timedelta(minutes=1))
    assert not fires(figures_read(client, settings))
    assert not outbox_figures(at=timezone.now()).is_late


def test_a_message_for_tomorrow_is_not_late(client, settings):
    wait_since(-timedelta(days=1))
    assert figures_read(client, settings)["cartable_outbox_oldest_queued_age_seconds"] == 0


def test_readyz_says_degraded_to_a_simple_watcher(client):
    wait_since(LATE + timedelta(minutes=1))
    answer = client.get(reverse("readyz"))
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["outbox"]) == ("degraded", "late")
    assert answer.json()["oldest_queued_age"] > LATE.total_seconds()


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer faux", "un-secret-de-plus"])
def test_figures_are_for_who_bears_the_token(client, settings, token):
    settings.METRICS_TOKEN = "un-secret"
    assert client.get(reverse("metrics"), headers={"authorization": token}).status_code == 404
    settings.METRICS_TOKEN = ""
    assert client.get(reverse("metrics"), headers={"authorization": token}).status_code == 404
