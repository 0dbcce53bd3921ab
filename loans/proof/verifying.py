"""Walking all the evidence: chain, anchors, documents kept, their seals. Says what is wrong, mends nothing."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asn1crypto import x509
from django.db.models import QuerySet

from core.anchors import anchor_problems, chain_problems
from core.models import EvidenceAnchor, EvidenceEvent, Seal, StoredFile
from core.seal_checks import check_seal
from loans.models import Signature


@dataclass(slots=True)
class Findings:
    """What was looked at, and `problems` in sentences; `waiting` counts what is late but not wrong."""

    counts: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"checked": self.counts, "waiting": self.waiting, "problems": self.problems}


def verify_evidence(*, at: datetime) -> Findings:
    """Check everything kept that proves a signature. `at` is when it is looked at."""
    found = Findings()
    found.counts = {
        "events": EvidenceEvent.objects.count(),
        "anchors": EvidenceAnchor.objects.count(),
        "documents": Signature.objects.exclude(document=None).count(),
    }
    found.waiting = {
        "without_document": Signature.objects.filter(document=None).count(),
        "without_time": Seal.objects.without_time().count(),
        "anchors_without_token": EvidenceAnchor.objects.filter(token=None).count(),
    }
    found.problems += chain_problems()
    found.problems += anchor_problems()
    for signature in _sealed().iterator(chunk_size=500):
        reference = signature.convention.reference
        found.problems += [f"{reference}: {problem}" for problem in document_problems(signature)]
    return found


def _sealed() -> QuerySet[Signature]:
    return (
        Signature.objects.exclude(document=None)
        .select_related("convention", "document__seal__timestamped", "proof__file")
        .order_by("pk")
    )


def document_problems(signature: Signature) -> Iterator[str]:
    """What is wrong with one signed document: its bytes, its seal, its proof file, against what the chain recorded."""
    events = {
        (event.action, event.payload.get("sha256")): event.payload
        for event in EvidenceEvent.objects.filter(stream=signature.convention.stream)
    }
    document = signature.document
    seal: Seal | None = getattr(document, "seal", None)
    if document is None or seal is None:
        yield "the document has no seal."
        return
    yield from _file_problems(document, "document", ("document_stored", document.sha256) in events)
    recorded = events.get(("document_stored", document.sha256), {})
    for copy in {seal.document, seal.timestamped or seal.document}:
        yield from _seal_problems(seal, copy, recorded.get("certificate", ""))
    if seal.timestamped and seal.timestamped != document:
        known = ("document_timestamped", seal.timestamped.sha256) in events
        yield from _file_problems(seal.timestamped, "time-stamped copy", known)
    proof = getattr(signature, "proof", None)
    if proof is None:
        yield "the proof file is missing."
    else:
        yield from _file_problems(proof.file, "proof file", ("proof_made", proof.file.sha256) in events)


def _file_problems(file: StoredFile, what: str, is_chained: bool) -> Iterator[str]:
    if not is_chained:
        yield f"the chain does not know the SHA-256 of the {what}."
    if file.purged_on:
        return
    try:
        actual = hashlib.sha256(file.read_bytes()).hexdigest()
    except Exception as error:  # missing, damaged or encrypted with a lost key: it proves nothing any more
        yield f"the {what} cannot be read ({type(error).__name__})."
        return
    if actual != file.sha256:
        yield f"the {what} is not the one kept: its SHA-256 differs."


def _seal_problems(seal: Seal, copy: StoredFile, certificate_sha256: str) -> Iterator[str]:
    if copy.purged_on:
        return
    certificate = x509.Certificate.load(bytes(seal.certificate))
    if certificate.sha256.hex() != seal.certificate_sha256 or seal.certificate_sha256 != certificate_sha256:
        yield "the certificate of the seal is not the one recorded in the chain."
    try:
        content = copy.read_bytes()
    except Exception:  # said above, with the file
        return
    report = check_seal(content, at=seal.sealed_at, roots=[certificate])
    yield from report.problems
    if copy == seal.timestamped and report.timestamped_at != seal.timestamped_at:
        yield "the time in the seal is not the one recorded."
