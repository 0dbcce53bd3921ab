"""The worker's doors into loans: thin, idempotent, safe to ring twice."""

from celery import shared_task
from django.utils import timezone

from loans.documents import store_missing_documents, store_signed_document


@shared_task
def store_document(convention_id: int) -> None:
    """Make the PDF of a convention just signed."""
    store_signed_document(convention_id, at=timezone.now())


@shared_task
def store_documents() -> None:
    """Make the PDFs that a dead worker or a silent broker left behind."""
    store_missing_documents(at=timezone.now(), limit=100)
