"""Rings that no worker here knows, set apart until one does (trust 55): a deploy never loses what was asked."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from celery import current_app
from django.db import transaction

from core.models import ParkedTask


def park_task(*, name: str, arguments: dict[str, Any], at: datetime) -> ParkedTask:
    """Keep a ring; `arguments` has its `args` and `kwargs`. The same ring is kept once."""
    parked, _is_new = ParkedTask.objects.get_or_create(
        name=name[:200], arguments=arguments, defaults={"parked_at": at}
    )
    return parked


@transaction.atomic
def ring_parked(*, known: Collection[str]) -> int:
    """Ring again those whose name is known here; a ring that fails leaves all of them kept. Returns how many."""
    parked = ParkedTask.objects.filter(name__in=list(known)).select_for_update(skip_locked=True, of=("self",))
    rung = [task.pk for task in parked if _ring(task)]
    ParkedTask.objects.filter(pk__in=rung).delete()
    return len(rung)


def _ring(task: ParkedTask) -> bool:
    current_app.send_task(
        task.name, args=task.arguments.get("args"), kwargs=task.arguments.get("kwargs"), retry=False
    )
    return True
