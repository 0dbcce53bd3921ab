"""Messages that will not leave by themselves: what a person of the region reads, and does about them (trust 46)."""

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.models import Message, MessageLog, MessageState
from core.outbox.writing import TASK
from core.refusals import Refused
from core.rings import ring_on_commit
from core.tokens import masked


LINK = re.compile(r"https?://\S+")
CODE = re.compile(r"\b\d{6}\b")


@transaction.atomic
def try_again(*, messages: list[Message], reason: str, by: Any, at: datetime) -> int:
    """Their cause was mended: due now, with all their attempts before them; returns how many.

    What left or was cancelled meanwhile stays so. Raises Refused(`reason_missing`).
    """
    moved = _move(
        messages, MessageState.QUEUED, reason, by, at, attempts_count=0, due_at=at, given_up_at=None
    )
    ring_on_commit(TASK)
    return moved


@transaction.atomic
def set_aside(*, messages: list[Message], reason: str, by: Any, at: datetime) -> int:
    """They will never leave, and somebody says why; returns how many. Raises Refused(`reason_missing`)."""
    return _move(messages, MessageState.CANCELLED, reason, by, at)


def _move(messages: list[Message], state: str, reason: str, by: Any, at: datetime, **changes: Any) -> int:
    if not reason.strip():
        raise Refused("reason_missing", _("Say in a few words what was done: it is kept with the message."))
    wanted = Message.objects.stuck().filter(pk__in=[message.pk for message in messages])
    rows = list(wanted.select_for_update(of=("self",)).order_by("pk"))
    MessageLog.objects.bulk_create(
        [
            MessageLog(
                subject=row, from_state=row.state, to_state=state, by=by, at=at, comment=reason.strip()
            )
            for row in rows
        ],
        batch_size=1000,
    )
    return Message.objects.filter(pk__in=[row.pk for row in rows]).update(state=state, **changes)


def without_secrets(body: str) -> str:
    """The text as somebody else than its reader may see it: no link that opens, no code that signs."""
    return CODE.sub("••••••", LINK.sub(_("[link]"), masked(body)))
