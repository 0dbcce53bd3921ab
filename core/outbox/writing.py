"""Messages into the outbox, with what causes them; and out of it again when their reason is gone."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import QuerySet

from core.models import Message, MessageState, StoredFile
from core.rings import ring_on_commit
from core.statements import change
from core.trips import Trip


TASK = "core.tasks.deliver_messages"
URGENT_TASK = "core.tasks.deliver_urgent"  # by the worker that nothing long keeps busy


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be: `key` is its business key, `about` what it tells of (`convention:<uuid>`).

    `is_urgent` is for what somebody waits for (a code, the copy just signed): it passes before a mailing of sixty
    thousand, and has a worker of its own.
    """

    kind: str
    key: str
    about: str
    to: str
    subject: str
    body: str
    due_at: datetime
    attachment: StoredFile | None = None
    is_urgent: bool = False
    is_for_staff: bool = False
    lot: str = ""


def enqueue(*drafts: Draft) -> int:
    """Write messages in the caller's transaction and ring the worker on commit; returns how many are new.

    A message whose business key exists already is left as it is. Raises outside a transaction: a message that
    could outlive a rolled-back act must not exist.
    """
    rows = put_in(*drafts)
    return Message.objects.filter(public_id__in=[row.public_id for row in rows]).count()


def put_in(*drafts: Draft, trip: Trip | None = None) -> list[Message]:
    """The same for who does not ask how many are new; a few of them, with what else an act writes (`trip`)."""
    if not connection.in_atomic_block:
        raise DatabaseError("A message is written in the transaction that causes it.")
    rows = [_row(draft) for draft in drafts]
    if trip:
        for row in rows:
            trip.insert(row, or_nothing=True)
    else:
        Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    for is_urgent in {draft.is_urgent for draft in drafts}:
        ring_on_commit(URGENT_TASK if is_urgent else TASK)
    return rows


def cancel_waiting(*, about: str, kinds: tuple[str, ...] = (), trip: Trip | None = None) -> int:
    """Stop what has not left yet, even in the hands of a worker or given up; returns how many were stopped.

    Of all kinds, it may leave with what else an act writes (`trip`): how many is not known then.
    """
    if kinds:
        waiting = Message.objects.about(about).unsent().filter(kind__in=kinds)
        return waiting.update(state=MessageState.CANCELLED)
    if trip:
        trip.call(_cancel, about)
        return 0
    return _cancel(about)


@change(state=MessageState.CANCELLED)
def _cancel(about: str) -> QuerySet[Message]:
    return Message.objects.about(about).unsent()


def stop_lot(lot: str) -> int:
    """Stop what has not left yet of a lot, even in the hands of a worker; returns how many messages were stopped."""
    return Message.objects.in_lot(lot).unsent().update(state=MessageState.CANCELLED)


def _row(draft: Draft) -> Message:
    return Message(
        kind=draft.kind,
        business_key=draft.key,
        about=draft.about,
        to_address=draft.to,
        subject=" ".join(draft.subject.split())[:200],
        body=draft.body,
        attachment=draft.attachment,
        due_at=draft.due_at,
        is_urgent=draft.is_urgent,
        is_for_staff=draft.is_for_staff,
        lot=draft.lot,
        message_id=f"<{uuid.uuid5(uuid.NAMESPACE_URL, draft.key)}@{settings.MESSAGE_ID_DOMAIN}>",
    )
