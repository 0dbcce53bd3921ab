"""What an answer of a mail server or of a provider means for a message, and for those behind it. No database here."""

import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError
from email.utils import parsedate_to_datetime
from enum import StrEnum
from hashlib import sha256

import requests
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused

from core.encryption import CannotDecrypt


BACKOFF = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360)]
SERVER_PAUSE = timedelta(minutes=5)  # before knocking again at a mail server that is down
LONGEST_PAUSE = timedelta(hours=1)  # whatever a server asks for
NOT_OURS = {401, 402, 403, 429}  # the key, the account, the rate: no message is to blame
WORDS = 1000  # letters kept of an error


class Meaning(StrEnum):
    """LATER: this message again, after a while. BOUNCED: the address is wrong. REFUSED: the message is; somebody
    of the region looks. CLOSED: the server serves nobody now, so no other message is tried either."""

    LATER = "later"
    BOUNCED = "bounced"
    REFUSED = "refused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Answer:
    """`pause` is how long a closed server wants to be left alone, None when it did not say."""

    meaning: Meaning
    words: str
    is_blameless: bool = False  # the attempt is not counted
    pause: timedelta | None = None


def meaning_of(error: Exception, *, at: datetime) -> Answer:
    """Read an error raised while one message was sent."""
    if isinstance(error, AnymailRecipientsRefused):
        return Answer(Meaning.BOUNCED, in_words(error))
    if isinstance(error, CannotDecrypt):  # the keys of this server are wrong, not the message
        return Answer(Meaning.REFUSED, in_words(error))
    if isinstance(error, AnymailAPIError):
        return _meaning_of_api(error, at)
    return Answer(Meaning.BOUNCED if _is_final(error) else Meaning.LATER, in_words(error))


def in_words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {text!r}" for code, text in error.recipients.values())[:WORDS]
    return f"{type(error).__name__}: {error}"[:WORDS]


def jittered(pause: timedelta, name: object) -> timedelta:
    """Between half of a pause and the whole: what failed together does not come back together (trust 51).

    The draw is the message's own (`name`), so that a test and a second worker find the same.
    """
    draw = int.from_bytes(sha256(str(name).encode()).digest()[:2])
    return pause / 2 + pause * draw / (2 * 65536)


def _meaning_of_api(error: AnymailAPIError, at: datetime) -> Answer:
    status = error.status_code
    if status is None:  # refused, reset: nothing left; silent: it may have, and the attempt counts
        never_left = isinstance(error, requests.ConnectionError | requests.ConnectTimeout)
        return Answer(Meaning.CLOSED, in_words(error), is_blameless=never_left)
    if status in NOT_OURS or status >= 500:
        pause = retry_after(getattr(error.response, "headers", {}), at=at)
        return Answer(Meaning.CLOSED, in_words(error), is_blameless=status in NOT_OURS, pause=pause)
    return Answer(Meaning.REFUSED if status >= 400 else Meaning.LATER, in_words(error))


def retry_after(headers: Mapping[str, str], *, at: datetime) -> timedelta | None:
    """The header Retry-After, in seconds or as a date (RFC 9110 §10.2.3); an hour at most, None when unreadable."""
    text = headers.get("Retry-After", "").strip()
    try:
        pause = timedelta(seconds=int(text)) if text.isdigit() else parsedate_to_datetime(text) - at
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(pause, timedelta(seconds=1)), LONGEST_PAUSE)


def _is_final(error: Exception) -> bool:
    """Whether trying again is useless: refused for good (5xx), or an address nobody can write to."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, ValueError | MessageError | AnymailError)
