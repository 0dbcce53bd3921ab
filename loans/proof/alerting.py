"""The seal's troubles are somebody's: a certificate about to end, signed conventions that wait (trust 22)."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.enums import Role
from accounts.models import User
from core.outbox import enqueue
from core.seal_keys import Certificate, NoSealKey, seal_certificate
from loans.models import Signature
from loans.notifications import SealInTrouble


NOTICE = timedelta(days=60)
PATIENCE = timedelta(days=1)
AGAIN_DAYS = 15  # days between two messages about the same trouble


@transaction.atomic
def warn_about_the_seal(*, at: datetime) -> dict[str, int]:
    """Write to the region's officers when the certificate ends within 60 days, or copies have waited for a day.

    The same trouble is told again after 15 days, not before. Returns counts `messages` and `waiting`.
    """
    try:
        certificate = seal_certificate()
    except NoSealKey:
        certificate = None
    waiting = Signature.objects.filter(document=None, signed_at__lt=at - PATIENCE).count()
    if not waiting and not _ends_soon(certificate, at):
        return {"messages": 0, "waiting": 0}
    officers = User.objects.filter(role=Role.REGION, is_active=True).exclude(email="")
    period = at.date().toordinal() // AGAIN_DAYS
    known = certificate.sha256[:16] if certificate else "none"
    drafts = [
        SealInTrouble().draft(
            key=f"seal {known} {period} {officer.public_id}",
            about="seal",
            to=officer.email,
            due_at=at,
            certificate=certificate,
            ends_soon=_ends_soon(certificate, at),
            waiting=waiting,
        )
        for officer in officers
    ]
    return {"messages": enqueue(*drafts), "waiting": waiting}


def _ends_soon(certificate: Certificate | None, at: datetime) -> bool:
    return certificate is not None and certificate.ends_at - at <= NOTICE
