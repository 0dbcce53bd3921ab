"""Waking workers. Redis only rings: what is due is read from PostgreSQL, and a sweep finds what nobody rang for.

Celery composes the ring of a task once; then only its number and its arguments change. Composed each time, through a
client made for it, the two rings of a signature took a third of its time.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.connection import Connection
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.statements import present_connection


RETRIES = 1  # who rings a broker that is down goes on
NUMBER, BODY, WORDS = "the ring's number", "the ring's body", "the ring's arguments"


@dataclass(frozen=True)
class Bell:
    """What a ring asks for: a task, by its name since tasks import the acts that ring, and its arguments."""

    task: str
    arguments: tuple[Any, ...] = ()


class Peal:
    """The bells of one transaction, each once: they leave together when it is committed."""

    def __init__(self, first: Bell) -> None:
        self.bells = {first: None}

    def ring(self) -> None:
        ring_all(self.bells)


def ring_on_commit(task: str, *arguments: Any) -> None:
    """Wake a worker once the caller's transaction is committed: before, it would find nothing.

    A broker that is away is only logged: the act is done, and the sweep of the next minute finds the same rows.
    """
    bell = Bell(task, arguments)
    hooks = [entry[1] for entry in present_connection().run_on_commit]
    owners = [getattr(hook, "__self__", None) for hook in hooks]
    peal = next((owner for owner in owners if isinstance(owner, Peal)), None)
    if peal:
        peal.bells[bell] = None
    else:
        transaction.on_commit(Peal(bell).ring, robust=True)


def ring(task: str, *arguments: Any) -> None:
    """Wake a worker now. Raises redis.exceptions.RedisError when the broker does not answer."""
    ring_all([Bell(task, arguments)])


def ring_all(bells: Iterable[Bell]) -> None:
    """The same for many, in one journey."""
    with _broker().pipeline(transaction=False) as journey:
        for bell in bells:
            journey.lpush(*_message(bell))
        journey.execute()


def _message(bell: Bell) -> tuple[str, str]:
    """The queue, and what Celery would have put there."""
    queue, pattern, around = _pattern(bell.task)
    body = b64encode(json.dumps([bell.arguments, *around]).encode()).decode()
    written = pattern.replace(NUMBER, str(uuid4())).replace(BODY, body)
    return queue, written.replace(WORDS, json.dumps(str(list(bell.arguments)))[1:-1])


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
