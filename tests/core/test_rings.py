"""A ring is what Celery would have sent, told apart by its number."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from celery import current_app
from django.db import transaction
from redis.exceptions import RedisError

from core import rings
from core.models import ParkedTask
from core.parking import park_task
from core.rings import ring, ring_on_commit
from tests.kit.broker import arguments_heard, body_of, heard


TASK = "loans.tasks.store_document"
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
APART = ("id", "root_id", "origin")


class Undone(Exception):
    pass


def test_a_ring_is_what_celery_sends():
    current_app.send_task(TASK, [7])
    ring(TASK, 7)
    sent, rung = heard("seals")
    assert body_of(rung) == body_of(sent) == [[7], {}, body_of(sent)[2]]
    assert {**rung["headers"], **dict.fromkeys(APART)} == {
        **sent["headers"],
        **dict.fromkeys(APART),
        "argsrepr": "[7]",
    }
    assert set(rung["properties"]) == set(sent["properties"])
    assert rung["properties"]["delivery_info"] == sent["properties"]["delivery_info"]
    assert (rung["content-type"], rung["content-encoding"]) == (
        sent["content-type"],
        sent["content-encoding"],
    )


def test_two_rings_are_two_and_name_what_they_ring_for():
    ring(TASK, 7)
    ring(TASK, 8)
    ring("core.tasks.deliver_messages")
    first, second = heard("seals")
    [mail] = heard("celery")
    assert [body_of(message)[0] for message in (first, second, mail)] == [[7], [8], []]
    numbers = {message["headers"]["id"] for message in (first, second, mail)}
    assert len(numbers) == 3
    assert {message["properties"]["correlation_id"] for message in (first, second, mail)} == numbers
    assert {message["properties"]["delivery_tag"] for message in (first, second, mail)} == numbers


def test_whatever_a_ring_names_arrives_as_it_was():
    odd = '« l\'"un" \\ l’autre »'
    ring(TASK, odd)
    assert arguments_heard(TASK, "seals") == [[odd]]


@pytest.mark.django_db(transaction=True)
def test_the_bells_of_a_transaction_ring_once_each_when_it_is_committed():
    with transaction.atomic():
        for convention in (7, 8, 7):
            ring_on_commit(TASK, convention)
        ring_on_commit("core.tasks.deliver_messages")
        assert heard("seals") == heard("celery") == []
    assert arguments_heard(TASK, "seals") == [[7], [8]]
    assert len(heard("celery")) == 1


@pytest.mark.django_db(transaction=True)
def test_a_part_of_a_transaction_that_is_undone_takes_no_other_bell_with_it():
    with transaction.atomic():
        with suppress(Undone), transaction.atomic():
            ring_on_commit(TASK, 7)
            raise Undone
        ring_on_commit(TASK, 8)
        with transaction.atomic():
            ring_on_commit(TASK, 9)
    assert arguments_heard(TASK, "seals") == [[8], [9]]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_the_bell_rings_at_once():
    ring_on_commit(TASK, 7)
    assert arguments_heard(TASK, "seals") == [[7]]


@pytest.mark.django_db(transaction=True)
def test_an_act_is_done_even_if_nobody_hears(settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    rings._broker.cache_clear()
    try:
        with transaction.atomic():
            park_task(name="x", arguments={}, at=NOON)
            ring_on_commit(TASK, 7)
    finally:
        rings._broker.cache_clear()
    assert ParkedTask.objects.filter(name="x").exists()


def test_a_broker_that_is_away_is_said_at_once(settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    rings._broker.cache_clear()
    try:
        with pytest.raises(RedisError):
            ring(TASK, 7)
    finally:
        rings._broker.cache_clear()
