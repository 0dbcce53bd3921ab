"""A ring is what Celery would have sent, told apart by its number."""

import json
from base64 import b64decode

import pytest
from celery import current_app
from redis.exceptions import RedisError

from core import rings
from core.rings import ring


TASK = "loans.tasks.store_document"
APART = ("id", "root_id", "origin")


def heard(queue):
    with current_app.connection_for_read() as broker:
        client = broker.default_channel.client
        return [json.loads(message) for message in reversed(client.lrange(queue, 0, -1))]


def body_of(message):
    return json.loads(b64decode(message["body"]))


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


def test_a_broker_that_is_away_is_said_at_once(settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    rings._broker.cache_clear()
    try:
        with pytest.raises(RedisError):
            ring(TASK, 7)
    finally:
        rings._broker.cache_clear()
