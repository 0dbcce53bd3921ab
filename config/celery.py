"""The worker and its one sorted schedule. Redis only rings: what is due is read from PostgreSQL."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import task_unknown, worker_process_init

from config.env import env_text


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("cartable")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

PATIENCE = 10  # of 19: how far background work steps back when somebody waits for a page


@worker_process_init.connect
def let_pages_pass(**_signal: object) -> None:
    """Background work takes all the processor nobody else wants, and no more."""
    os.nice(PATIENCE)


@task_unknown.connect
def set_apart(name: str, message: Any, **_signal: object) -> None:
    """A ring of a newer version, or of an older one, is kept until a worker knows it (trust 55)."""
    from django.db import connection
    from django.utils import timezone

    from core.parking import park_task

    args, kwargs, _embed = message.payload
    park_task(name=name, arguments={"args": args, "kwargs": kwargs}, at=timezone.now())
    connection.close()  # this process forks


# Sorted by name (a test keeps it so). Each task asks "what is due?": a doubled ring changes nothing.
app.conf.beat_schedule = {
    "check-gates": {
        "task": "distribution.tasks.check_gates_due",
        "schedule": crontab(hour="7,12", minute=0),  # the night's files may come late
    },
    "deliver-messages": {"task": "core.tasks.deliver_messages", "schedule": 60.0},
    "deliver-texts": {"task": "core.tasks.deliver_texts", "schedule": 60.0},
    "plan-waves": {"task": "distribution.tasks.plan_waves_due", "schedule": crontab(hour=7, minute=15)},
    "play-the-night": {"task": "config.tasks.play_the_night", "schedule": crontab(hour="2,6", minute=30)},
    "read-deliveries": {"task": "schools.tasks.read_deliveries", "schedule": 300.0},
    "read-scans": {"task": "loans.tasks.read_scans", "schedule": 300.0},
    "run-mailings": {"task": "loans.tasks.run_mailings", "schedule": 60.0},
    "send-due": {
        "task": "loans.tasks.send_due_by_day",
        "schedule": crontab(hour="8-19/3", minute=5),  # within the hours the rules leave to families
    },
    "store-documents": {"task": "loans.tasks.store_documents", "schedule": 120.0},
    "sweep-nights": {"task": "schools.tasks.sweep_nights", "schedule": 60.0},
    "take-up-batches": {"task": "schools.tasks.take_up_batches", "schedule": 60.0},
    "take-up-parked-tasks": {"task": "core.tasks.take_up_parked_tasks", "schedule": 60.0},
    "tell-of-messages": {"task": "config.tasks.tell_of_messages", "schedule": 1800.0},
    "tell-the-morning": {
        "task": "schools.tasks.tell_the_morning",
        "schedule": crontab(
            hour=env_text("MORNING_HOURS", "7,9,12"), minute=0
        ),  # again, for a night that lasted
    },
    "upgrade-seals": {"task": "loans.tasks.upgrade_seals_due", "schedule": 600.0},
}
