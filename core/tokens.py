"""Secrets that travel in links: 256 bits, and only their digest is kept.

A message waits in the outbox with its link in it, and stays there once sent: in its body the secret is an envelope
(`core.encryption`), opened only while the message leaves (docs/decisions/0013-secrets-in-messages.md).
"""

import hashlib
import hmac
import re
import secrets

from django.conf import settings

from core.encryption import decrypt_text, encrypt_text


LABEL = "secret of a message"
HIDDEN = re.compile(r"~(Q1RCTA[\w=-]+)~")  # how every envelope begins, in base64


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """What the database keeps; useless to whoever reads a dump (trust 6)."""
    return hashlib.sha256(token.encode()).hexdigest()


def hidden(secret: str) -> str:
    """What stands for a secret in a text that is kept; an address may hold it, `reverse()` leaves it as it is."""
    return f"~{encrypt_text(secret, label=LABEL)}~"


def revealed(text: str) -> str:
    """The text as its reader gets it. Raises `core.encryption.CannotDecrypt` when its key is gone."""
    return HIDDEN.sub(lambda found: decrypt_text(found[1], label=LABEL), text)


def masked(text: str) -> str:
    """The text for the eyes of the staff: a link that signs is nobody's but its signatory's."""
    return HIDDEN.sub("•••", text)


def new_code(digits: int = 6) -> str:
    return f"{secrets.randbelow(10**digits):0{digits}}"


def keyed_digest(text: str) -> str:
    """HMAC-SHA256 of what is short enough to be guessed, under a key that is not in the database."""
    return _hmac(settings.FILES_KEYS[0], text)


def is_digest_of(text: str, digest: str) -> bool:
    """Whether `keyed_digest` made this of that text, under the present key or an older one."""
    return any(hmac.compare_digest(_hmac(key, text), digest) for key in settings.FILES_KEYS)


def _hmac(key: bytes, text: str) -> str:
    return hmac.new(key, b"cartable code " + text.encode(), hashlib.sha256).hexdigest()
