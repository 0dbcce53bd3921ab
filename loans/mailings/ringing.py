"""The worker is woken; if the broker is down, the sweep of the next minute finds the same mailings."""

from celery import current_app
from django.db import transaction


def ring_mailings() -> None:
    """Once the caller's transaction is committed."""
    transaction.on_commit(_ring, robust=True)


def _ring() -> None:
    current_app.send_task("loans.tasks.run_mailings", retry=False)  # by name: the tasks import the acts
