"""How the outbox does, in a few numbers: what a watcher and the region read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

from core.models import Message, MessageState, SendingGate
from core.outbox import gates


LATE = timedelta(minutes=15)  # trust 56


@dataclass(frozen=True, slots=True)
class OutboxFigures:
    """`age`: seconds the oldest message due has waited, 0 when none does. `counts`: unsent messages by state."""

    age: int
    counts: dict[str, int]
    is_closed: bool
    reason: str

    @property
    def is_late(self) -> bool:
        return self.age > LATE.total_seconds()


def outbox_figures(*, at: datetime) -> OutboxFigures:
    oldest = Message.objects.waiting().filter(due_at__lte=at).aggregate(at=Min("due_at"))["at"]
    unsent = (MessageState.QUEUED, MessageState.LEASED, MessageState.DEAD, MessageState.PARKED)
    found = Message.objects.filter(state__in=unsent).values_list("state").annotate(Count("pk")).order_by()
    held = SendingGate.objects.filter(name=gates.EMAIL).first() or SendingGate()
    return OutboxFigures(
        age=int((at - oldest).total_seconds()) if oldest else 0,
        counts={str(state): 0 for state in unsent} | dict(found),
        is_closed=held.is_closed(at),
        reason=held.reason,
    )
