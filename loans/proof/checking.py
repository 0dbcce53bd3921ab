"""Is this file one that we sealed? Answered from its SHA-256 alone, to anybody, with nothing the file does not say."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from core.models import Seal
from core.seal_keys import names_in
from loans.models import Signature


@dataclass(frozen=True, slots=True)
class Answer:
    """What the check page says of a known file; `initials` of the signer."""

    signed_at: datetime
    initials: str
    level: str
    timestamped_at: datetime | None
    authority: str
    certificate: str


def find_document(sha256: str) -> Answer | None:
    """The sealed document with that SHA-256 (as first sealed, or with its time); None for any other file."""
    copies = Q(document__sha256=sha256) | Q(timestamped__sha256=sha256)
    seal = Seal.objects.filter(copies).select_related("document", "timestamped").first()
    signature = Signature.objects.filter(document=seal.document).first() if seal else None
    if seal is None or signature is None:
        return None
    return Answer(
        signed_at=signature.signed_at,
        initials=initials(signature.signer_name),
        level=seal.level,
        timestamped_at=seal.timestamped_at,
        authority=seal.authority,
        certificate=names_in(seal.certificate_subject),
    )


def initials(name: str) -> str:
    """« Mme Camille Le Goff » → « C. L. G. »."""
    words = [word for word in name.replace("-", " ").split() if word.rstrip(".") not in ("M", "Mme")]
    return " ".join(f"{word[0].upper()}." for word in words)


def digest_of(chunks: Iterable[bytes]) -> str:
    """The SHA-256 of a file read piece by piece, and not kept."""
    found = hashlib.sha256()
    for chunk in chunks:
        found.update(chunk)
    return found.hexdigest()
