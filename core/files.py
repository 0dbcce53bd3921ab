"""Storing bytes once, and telling what they really are."""

import hashlib
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from core.encryption import encrypt, present_key_id
from core.models import StoredFile
from core.refusals import Refused
from core.virus_scan import refuse_infected


MEGABYTE = 1024 * 1024
SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}

COMPRESSIBLE = {"application/xml", "text/xml", "application/json", "text/csv", "text/plain"}


def store_bytes(content: bytes, *, kind: str, name: str, content_type: str) -> StoredFile:
    """Keep these bytes for good, encrypted, with the SHA-256 they have in clear; returns the row."""
    stored = write_bytes(content, kind=kind, name=name, content_type=content_type)
    stored.save()
    return stored


def write_bytes(content: bytes, *, kind: str, name: str, content_type: str, sha256: str = "") -> StoredFile:
    """The same for whoever saves many rows at once: the bytes are on disk, the row is not saved yet.

    `sha256` is theirs, when it was counted already.
    """
    stored = StoredFile(
        kind=kind,
        name=PurePath(name.replace("\\", "/")).name[:200] or kind,
        content_type=content_type,
        size=len(content),
        sha256=sha256 or hashlib.sha256(content).hexdigest(),
        key_id=present_key_id(),
    )
    stored.content.save(stored.name, ContentFile(envelope_of(stored, content)), save=False)
    return stored


def envelope_of(stored: StoredFile, content: bytes) -> bytes:
    """What is written to disk for this row; text shrinks ten times before it is encrypted, PDFs and images do not."""
    return encrypt(content, label=stored.sha256, compress=stored.content_type in COMPRESSIBLE)


def store_document(content: bytes, *, kind: str, name: str, limit: int = 10 * MEGABYTE) -> StoredFile:
    """Keep an uploaded scan: a PDF, a JPEG or a PNG by its own first bytes, at most `limit` bytes.

    Raises Refused(`file_too_large`, `file_empty`, `file_type`), and what `refuse_infected` raises.
    """
    if not content:
        raise Refused("file_empty", _("The file is empty. Choose the scanned document again."))
    if len(content) > limit:
        raise Refused(
            "file_too_large",
            _("The file is larger than %(size)d MB. Scan it in black and white, or send fewer pages.")
            % {"size": limit // MEGABYTE},
        )
    for signature, content_type in SIGNATURES.items():
        if content.startswith(signature):
            refuse_infected(content)
            return store_bytes(content, kind=kind, name=name, content_type=content_type)
    raise Refused(
        "file_type", _("Only PDF, JPEG or PNG files are accepted. Scan or photograph the document.")
    )
