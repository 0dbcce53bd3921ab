"""The region hears once of messages that cannot leave; the next day again, if there are new ones (trust 46)."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from accounts.notifications import MessagesStuck
from core.models import Message
from core.outbox import enqueue


@transaction.atomic
def tell_of_stuck_messages(*, at: datetime) -> dict[str, int]:
    """Write to the region's officers, and to the operator, when messages were given up since they were last told.

    At most one message a day to each. Returns counts `stuck` and `messages`.
    """
    told_at = Message.objects.filter(kind=MessagesStuck.kind).aggregate(at=Max("due_at"))["at"]
    stuck = Message.objects.stuck().exclude(kind=MessagesStuck.kind)
    new = stuck.filter(given_up_at__gt=told_at) if told_at else stuck
    if not new.exists():
        return {"stuck": stuck.count(), "messages": 0}
    drafts = [
        MessagesStuck().draft(
            key=f"stuck messages {timezone.localdate(at)} {address}",
            about="outbox",
            to=address,
            due_at=at,
            stuck=stuck.count(),
        )
        for address in _readers()
    ]
    return {"stuck": stuck.count(), "messages": enqueue(*drafts)}


def _readers() -> list[str]:
    officers = User.objects.filter(role=Role.REGION, is_active=True).exclude(email="")
    addresses = set(officers.values_list("email", flat=True))
    return sorted(addresses | {address for address in [settings.OPERATOR_EMAIL] if address})
