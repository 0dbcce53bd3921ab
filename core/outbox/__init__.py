"""Messages into the outbox, and out of it, each one sent by whoever leases it first.

`writing` puts them in, `leasing` hands them out within what `gates` allow, `delivering` sends them over `carrying` and
reads the answers with `answers`, `stuck` is for a person: what could not leave, and trying again.
"""

from core.outbox.answers import BACKOFF, SERVER_PAUSE
from core.outbox.delivering import deliver_due, deliver_urgent, send_batch
from core.outbox.gates import EMAIL
from core.outbox.leasing import LEASE, MAX_ATTEMPTS, lease_batch
from core.outbox.writing import TASK, URGENT_TASK, Draft, cancel_waiting, enqueue, put_in, stop_lot


__all__ = [
    "BACKOFF",
    "EMAIL",
    "LEASE",
    "MAX_ATTEMPTS",
    "SERVER_PAUSE",
    "TASK",
    "URGENT_TASK",
    "Draft",
    "cancel_waiting",
    "deliver_due",
    "deliver_urgent",
    "enqueue",
    "lease_batch",
    "put_in",
    "send_batch",
    "stop_lot",
]
