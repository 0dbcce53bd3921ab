"""Waking workers. Redis only rings: what is due is read from PostgreSQL, and a sweep finds what nobody rang for.

Celery composes the ring of a task once; then only its number and its arguments change. Composed each time, through a
client made for it, the two rings of a signature took a third of its time.
"""

import json
from base64 import b64decode, b64encode
from functools import cache
from typing import Any
from uuid import uuid4

from celery import current_app
from django.conf import settings
from kombu.connection import Connection
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry


RETRIES = 1  # who rings a broker that is down goes on
NUMBER, BODY, WORDS = "the ring's number", "the ring's body", "the ring's arguments"


def ring(task: str, *arguments: Any) -> None:
    """Wake a worker for a task, by its name. Raises redis.exceptions.RedisError when the broker does not answer."""
    queue, pattern, around = _pattern(task)
    body = b64encode(json.dumps([arguments, *around]).encode()).decode()
    written = pattern.replace(NUMBER, str(uuid4())).replace(BODY, body).replace(WORDS, str(list(arguments)))
    _broker().lpush(queue, written)


@cache
def _pattern(task: str) -> tuple[str, str, list[Any]]:
    """The queue of a task, its message as Celery composes it, and what stands beside the arguments in its body."""
    with Connection("memory://") as nowhere:
        current_app.send_task(task, task_id=NUMBER, connection=nowhere)
        queue = current_app.amqp.router.route({}, task)["queue"].name
        message = nowhere.default_channel._get(queue)
    _no_arguments, *around = json.loads(b64decode(message["body"]))
    message["body"] = BODY
    message["properties"]["delivery_tag"] = NUMBER
    message["headers"]["argsrepr"] = WORDS
    return queue, json.dumps(message), around


@cache
def _broker() -> Redis:
    """One client a process: it lends each thread a connection."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    return Redis.from_url(
        settings.CELERY_BROKER_URL,
        socket_timeout=options["socket_timeout"],
        socket_connect_timeout=options["socket_connect_timeout"],
        retry=Retry(NoBackoff(), RETRIES),
    )
