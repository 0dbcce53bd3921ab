"""The worker's doors into loans: thin, idempotent, safe to ring twice."""

from celery import shared_task
from django.utils import timezone

from core.jobs import alone, run_job
from loans.asking_again import send_lost_links
from loans.mailing import send_due
from loans.mailings.running import run_mailings_due
from loans.proof.sealing import store_missing_documents, store_signed_document
from loans.proof.upgrading import upgrade_seals
from loans.scans.splitting import split_scan, split_waiting_scans


@shared_task
def store_document(convention_id: int) -> None:
    """Make the PDF of a convention just signed."""
    store_signed_document(convention_id, at=timezone.now())


@shared_task
def store_documents() -> None:
    """Make the PDFs that a dead worker or a silent broker left behind."""
    store_missing_documents(at=timezone.now(), limit=100)


@shared_task
def send_lost_links_of(email: str) -> None:
    """Somebody asked for the links of this address again."""
    at = timezone.now()
    send_lost_links(email=email, on=timezone.localdate(at), at=at)


@shared_task
def upgrade_seals_due() -> None:
    """Give their time to the seals made while the time-stamping authority was silent."""
    upgrade_seals(at=timezone.now())


SCAN = 15 * 60  # seconds; two thousand pages


@shared_task(soft_time_limit=SCAN - 60, time_limit=SCAN)
def read_scan(scan_id: int) -> None:
    """Take a copier's file apart."""
    at = timezone.now()
    split_scan(scan_id, at=at, on=timezone.localdate(at))


@shared_task(soft_time_limit=SCAN - 60, time_limit=SCAN)
def read_scans() -> None:
    """Take apart the files that a dead worker or a silent broker left behind."""
    at = timezone.now()
    split_waiting_scans(at=at, on=timezone.localdate(at))


@shared_task
def run_mailings() -> None:
    """Write the letters of the mailings under way; one worker at a time."""
    with alone("mailings") as is_ours:
        if is_ours:
            run_mailings_due(at=timezone.now())


@shared_task
def send_due_by_day() -> None:
    """Write to the families due a convention or a reminder, outside the hours that the rules keep quiet."""
    at = timezone.now()
    on = timezone.localdate(at)
    run_job("send_due", for_date=on, act=lambda: send_due(on=on, at=at, only_awake=True))
