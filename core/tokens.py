"""Secrets that travel in links: 256 bits, and only their digest is kept."""

import hashlib
import secrets


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """What the database keeps; useless to whoever reads a dump (trust 6)."""
    return hashlib.sha256(token.encode()).hexdigest()
