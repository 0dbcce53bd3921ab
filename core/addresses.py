"""Addresses that take no message: noted when a mail server or a provider says so, tried again when a person asks."""

import re
import smtplib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from core.models import BlockedAddress, Message, MessageState, Trouble
from core.refusals import Refused


NO_SUCH_MAILBOX = (550, 551, 553)  # RFC 5321, from servers that give no finer code
FINER_CODE = re.compile(r"\b([245])\.(\d{1,3})\.\d{1,3}\b")  # RFC 3463
PERSONAL = ("1", "2")  # the address, the mailbox; 7 is the policy of a server that blames the sender


@transaction.atomic
def block_address(*, address: str, trouble: str, detail: str, at: datetime) -> BlockedAddress | None:
    """Nobody writes there any more; None without an address. A complaint is never softened into a return."""
    address = address.strip().lower()
    if not address:
        return None
    row, created = BlockedAddress.objects.select_for_update(of=("self",)).get_or_create(
        address=address, defaults={"trouble": trouble, "detail": detail[:300], "noted_at": at}
    )
    if created or row.trouble == Trouble.COMPLAINED:
        return row
    row.trouble, row.detail, row.noted_at = trouble, detail[:300], at
    row.released_at = row.released_by = None
    row.save()
    return row


@transaction.atomic
def release_address(*, address: str, by: Any, at: datetime) -> BlockedAddress | None:
    """Messages may be sent there again: a person asked the owner. None when it was not blocked.

    Raises Refused(`address_complained`): who asked not to be written to is not.
    """
    row = BlockedAddress.objects.select_for_update(of=("self",)).of([address]).first()
    if row is None or row.released_at:
        return row
    if row.trouble == Trouble.COMPLAINED:
        raise Refused(
            "address_complained",
            _("The owner of this address wants no message: hand over paper, or ask for another address."),
        )
    row.released_at, row.released_by = at, by
    row.save(update_fields=["released_at", "released_by"])
    return row


def troubles_of(addresses: Iterable[str]) -> dict[str, str]:
    """The addresses among these that take no message, in lower case, each with its trouble; one query."""
    blocked = BlockedAddress.objects.in_force().of([address for address in addresses if address])
    return dict(blocked.values_list("address", "trouble"))


def leave_in_peace(*, is_urgent: bool = False) -> int:
    """Cancel what waits for addresses whose owner complained, whatever it is about; returns how many.

    But what is written to a member of staff, who may be a parent too: an account cannot sign in without its mail.
    Only what is urgent if so asked: sixty thousand letters are not looked through for one code.
    """
    waiting = Message.objects.waiting()
    complained = BlockedAddress.objects.filter(trouble=Trouble.COMPLAINED)
    unwanted = (
        (waiting.filter(is_urgent=True) if is_urgent else waiting)
        .annotate(to_lower=Lower("to_address"))
        .filter(to_lower__in=complained.values("address"), is_for_staff=False)
    )
    return unwanted.update(state=MessageState.CANCELLED, last_error="The owner of this address complained.")


def note_refusal(address: str, error: Exception, *, at: datetime) -> None:
    """A message could not be left with the mail server: when that is the address's fault, write there no more."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers: list[tuple[int, Any]] = list(error.recipients.values())
    elif isinstance(error, smtplib.SMTPDataError):
        answers = [(error.smtp_code, error.smtp_error)]
    else:
        answers = [(550, str(error))]  # an address that is none
    for code, answer in answers:
        words = answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
        if is_the_address(code, words):
            block_address(address=address, trouble=Trouble.BOUNCED, detail=f"{code} {words}", at=at)


def is_the_address(code: int, words: str) -> bool:
    """Whether a final answer says that this very address or mailbox is wrong, rather than the sender unwelcome."""
    found = FINER_CODE.search(words)
    if found:
        return found[1] == "5" and found[2] in PERSONAL
    return code in NO_SUCH_MAILBOX
