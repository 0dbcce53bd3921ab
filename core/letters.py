"""A plain letter as bytes, written directly: Python’s own e-mail package takes ten times as long.

Only what is certain is written so: an ordinary address, no attachment, no line that SMTP could not carry. Anything else
is left to Django, which the tests compare it with.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from django.core.mail.message import sanitize_address


ORDINARY = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
LINE_END = re.compile(r"\r\n|\r|\n")
LONGEST_LINE = 998  # bytes (RFC 5322 §2.1.1)
LONGEST_SUBJECT = 66  # letters that need no folding
LONGEST_ADDRESS = 254
ENCODED = 39  # bytes of an encoded word: with the name of the header, a line of 73 letters (RFC 2047 §2)


def letter(*, sender: str, to: str, subject: str, body: str, message_id: str, at: datetime) -> bytes | None:
    """The whole message, or None when it is not plain enough."""
    lines = LINE_END.sub("\r\n", body).encode()
    too_long = any(len(line) > LONGEST_LINE for line in lines.split(b"\r\n"))
    if too_long or len(to) > LONGEST_ADDRESS or not ORDINARY.fullmatch(to) or ".." in to:
        return None
    coding = "7bit" if lines.isascii() else "8bit"
    head = (
        f'Content-Type: text/plain; charset="utf-8"\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: {coding}\r\n'
        f"Subject: {_subject(subject)}\r\nFrom: {_sender(sender)}\r\nTo: {to}\r\nDate: {_date(at)}\r\n"
        f"Message-ID: {message_id}\r\nAuto-Submitted: auto-generated\r\n\r\n"
    )
    return head.encode("ascii") + lines


def _subject(text: str) -> str:
    """Words that a header may hold as they are, or encoded (RFC 2047); a line end has no way in."""
    if text.isascii() and text.isprintable() and len(text) <= LONGEST_SUBJECT and "=?" not in text:
        return text
    return "\r\n ".join(_encoded_words(" ".join(text.split())))


def _encoded_words(text: str) -> Iterator[str]:
    """Each holds whole letters."""
    left = text.encode()
    while left:
        cut = min(len(left), ENCODED)
        while cut < len(left) and left[cut] & 0xC0 == 0x80:  # inside a letter
            cut -= 1
        yield f"=?utf-8?b?{b64encode(left[:cut]).decode()}?="
        left = left[cut:]


@lru_cache(maxsize=16)
def _date(at: datetime) -> str:
    return format_datetime(at)


@lru_cache(maxsize=16)
def _sender(sender: str) -> str:
    return sanitize_address(sender, "utf-8")


@lru_cache(maxsize=16)
def envelope_sender(sender: str) -> str:
    """The bare address that bounces come back to."""
    return sanitize_address(sender, "utf-8").rpartition("<")[2].rstrip(">")
