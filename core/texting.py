"""Text messages out: at most once each, and an e-mail where one did not leave (docs/decisions/0014-text-messages.md).

A mail that is doubled is folded by its Message-ID; a text message is not, costs money and is useless ten minutes
later. So nothing here is tried twice: the e-mail written with it leaves by itself unless the text message did.
"""

from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from core import sms
from core.models import Message, MessageState, TextMessage, TextState
from core.outbox import URGENT_TASK, Draft, enqueue
from core.rings import ring_on_commit
from core.tokens import revealed


TASK = "core.tasks.deliver_texts"
LEASE = timedelta(minutes=1)  # longer than the provider is waited for
PATIENCE = timedelta(minutes=2)  # then the e-mail leaves, whatever became of the text message


def enqueue_text(
    *, key: str, about: str, to: str, body: str, expires_at: datetime, instead: Draft | None
) -> TextMessage:
    """Write a text message, and the e-mail behind it, in the caller's transaction; ring a worker on commit.

    `instead.due_at` is when the e-mail leaves if nobody knows what became of the text message.
    """
    if not connection.in_atomic_block:
        raise DatabaseError("A text message is written in the transaction that causes it.")
    if instead:
        enqueue(instead)
    text = TextMessage.objects.create(
        business_key=key,
        about=about,
        to_number=to,
        body=body,
        expires_at=expires_at,
        instead=Message.objects.get(business_key=instead.key) if instead else None,
    )
    ring_on_commit(TASK)
    return text


def deliver_texts(*, at: datetime) -> dict[str, int]:
    """Send all that waits, one after the other; returns counts by what became of them."""
    counts = {"sent": 0, "known": 0, "failed": give_up_on_late(at=at)}
    while text := _lease(at):
        counts[_send(text, at)] += 1
    return counts


def give_up_on_late(*, at: datetime) -> int:
    """What is useless by now, or was in the hands of a worker that died: it may have left, so it is not sent again."""
    late = Q(state=TextState.QUEUED, expires_at__lte=at)
    orphaned = Q(state=TextState.LEASED, leased_until__lte=Now())
    lost = TextMessage.objects.filter(late | orphaned)
    return sum(_fail(text, "Too late, or its worker died.", at) == "failed" for text in lost)


@transaction.atomic
def _lease(at: datetime) -> TextMessage | None:
    waiting = TextMessage.objects.filter(state=TextState.QUEUED, expires_at__gt=at)
    text = waiting.select_for_update(skip_locked=True, of=("self",)).order_by("pk").first()
    if text:
        TextMessage.objects.filter(pk=text.pk).update(state=TextState.LEASED, leased_until=Now() + LEASE)
    return text


def _send(text: TextMessage, at: datetime) -> str:
    try:
        name = sms.send_text(to=text.to_number, body=revealed(text.body), reference=str(text.public_id))
    except sms.TextFailed as error:
        return _fail(text, str(error), at)
    with transaction.atomic():
        TextMessage.objects.filter(pk=text.pk).update(
            state=TextState.SENT, sent_at=at, provider_id=name[:200], leased_until=None
        )
        _waiting_email(text).update(state=MessageState.CANCELLED)
    return "sent"


def _fail(text: TextMessage, error: str, at: datetime) -> str:
    """Kept with its reason; the e-mail leaves now."""
    with transaction.atomic():
        failed = TextMessage.objects.filter(pk=text.pk).exclude(state__in=[TextState.SENT, TextState.FAILED])
        if not failed.update(state=TextState.FAILED, last_error=error, leased_until=None):
            return "known"
        if _waiting_email(text).filter(due_at__gt=at).update(due_at=at):
            ring_on_commit(URGENT_TASK)
    return "failed"


def _waiting_email(text: TextMessage) -> QuerySet[Message]:
    return Message.objects.filter(pk=text.instead_id or 0, state=MessageState.QUEUED)
