"""The region learns that a mailing waits for its yes."""

from datetime import datetime

from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from core.outbox import enqueue
from loans.models import Mailing
from loans.notifications import MailingToDecide


def tell_region(mailing: Mailing, *, at: datetime) -> int:
    """Write to each officer of the region but the one who asked; returns how many. In the caller's transaction."""
    officers = User.objects.filter(role=Role.REGION, is_active=True).exclude(pk=mailing.asked_by_id)
    return enqueue(
        *(
            MailingToDecide().draft(
                key=f"{mailing.lot} {mailing.state} {at.isoformat()} user {officer.pk}",
                about=mailing.lot,
                to=officer.email,
                due_at=at,
                path=reverse("loans:mailing", args=[mailing.public_id]),
                mailing=mailing,
                officer=officer,
            )
            for officer in officers
        )
    )
