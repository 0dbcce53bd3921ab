"""The worker is woken; if the broker is down, the sweep of the next minute finds the same mailings."""

from django.db import transaction

from core.rings import ring


def ring_mailings() -> None:
    """Once the caller's transaction is committed."""
    transaction.on_commit(_ring, robust=True)


def _ring() -> None:
    ring("loans.tasks.run_mailings")  # by name: the tasks import the acts
