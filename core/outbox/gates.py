"""How fast messages may leave, shared by all workers: a token bucket in one row, and a door that closes.

The bucket is kept as the instant at which the next message would be due if messages left one by one (« GCRA »): exact
to the microsecond, without a float. In any `t` seconds at most `burst + count × t / period` messages leave.
"""

from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db.models import Q

from core.mail_urls import RateSetting
from core.models import SendingGate


EMAIL = "email"
AGAIN = timedelta(seconds=1)  # between two rings while messages wait for their turn


def rate_of_email() -> RateSetting | None:
    """What `EMAIL_URL` says; None when nothing limits."""
    rate: RateSetting | None = settings.EMAIL_RATE
    return rate


def gate(name: str) -> SendingGate:
    """The row, made at its first use."""
    found, _is_new = SendingGate.objects.get_or_create(name=name)
    return found


def locked_gate(name: str) -> SendingGate:
    """The same, held until the end of the transaction."""
    gate(name)
    return SendingGate.objects.select_for_update(of=("self",)).get(name=name)


def room(held: SendingGate, rate: RateSetting, *, at: datetime, wanted: int) -> int:
    """How many messages may leave at that instant."""
    ahead = max((held.free_at or at) - at, timedelta())
    return max(0, min(wanted, (rate.burst * rate.interval - ahead) // rate.interval))


def spend(held: SendingGate, rate: RateSetting, *, at: datetime, count: int) -> None:
    """That many are leaving."""
    held.free_at = max(held.free_at or at, at) + count * rate.interval
    held.save(update_fields=["free_at"])


def close(name: str, *, until: datetime, reason: str) -> None:
    """Nobody knocks before that instant; who asked to wait longer is listened to."""
    gate(name)
    shut = SendingGate.objects.filter(name=name).exclude(closed_until__gt=until)
    shut.update(closed_until=until, reason=reason)


def ring_again(name: str, task: str, *, at: datetime) -> bool:
    """Ring once more in a second, unless another worker just did: a crowd of rings would be no faster."""
    mine = SendingGate.objects.filter(Q(rung_at=None) | Q(rung_at__lte=at), name=name)
    if not mine.update(rung_at=at + AGAIN):
        return False
    current_app.send_task(task, retry=False, countdown=AGAIN.seconds)
    return True
