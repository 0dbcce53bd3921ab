"""Secrets that travel in links: 256 bits, and only their digest is kept.

A message waits in the outbox with its link in it, and stays there once sent: in its body the secret is an envelope
(`core.encryption`), opened only while the message leaves (docs/decisions/0013-secrets-in-messages.md).
"""

import hashlib
import re
import secrets

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
