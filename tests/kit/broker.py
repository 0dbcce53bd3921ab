"""What workers would hear: the messages that wait in the real broker."""

import json
from base64 import b64decode
from typing import Any

from celery import current_app


def heard(queue: str = "celery") -> list[dict[str, Any]]:
    """The messages of a queue, the first one first."""
    with current_app.connection_for_read() as broker:
        client = broker.default_channel.client
        return [json.loads(message) for message in reversed(client.lrange(queue, 0, -1))]


def body_of(message: dict[str, Any]) -> list[Any]:
    """Arguments, keywords, and what Celery adds."""
    return json.loads(b64decode(message["body"]))


def arguments_heard(task: str, queue: str = "celery") -> list[list[Any]]:
    """What a task is asked for, ring after ring."""
    return [body_of(message)[0] for message in heard(queue) if message["headers"]["task"] == task]
