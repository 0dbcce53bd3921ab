"""A signed convention becomes a sealed document: rendered once, its proof inside, sealed, kept, sent (invariant 7).

Done by a worker after the signature's commit, so that no family waits and a key or an authority that fails never
loses a signature. Whoever asks again gets the document that exists.
"""

import logging
from datetime import datetime

from asn1crypto import x509
from django.db import OperationalError, transaction
from pydantic import ValidationError

from core.evidence import record_event
from core.files import store_bytes
from core.models import Seal, StoredFile
from core.seal_keys import Certificate, NoSealKey, certificate_of, current_signer
from core.sealing import Attachment, digest_to_stamp, seal_pdf, with_timestamp
from core.timestamps import NoTimestamp, Token, authority
from loans.documents import render_signed_pdf, with_all
from loans.models import Convention, Proof, Signature
from loans.proof.building import ProofRefused, build_proof
from loans.proof.elements import ProofFile
from loans.proof.sending import send_sealed_copy


PROOF_NAME = "dossier-de-preuve.json"
LABEL = "Cachet électronique de la convention"
log = logging.getLogger(__name__)


def store_signed_document(convention_id: int, *, at: datetime) -> StoredFile | None:
    """The sealed document of a convention's last signature, made now if it does not exist; None without a signature.

    Where several persons sign, each signature has its own document, with its own proof: made now too if missing.
    Raises NoSealKey, ProofRefused or pydantic's ValidationError: the signature stays, the sweep tries again.
    """
    with transaction.atomic():
        signatures = list(
            Signature.objects.select_for_update(of=("self",))
            .select_related("guardian", "agent")  # not the document: joined, it would be as before the lock
            .filter(convention_id=convention_id)
            .order_by("pk")
        )
        missing = [signature for signature in signatures if signature.document_id is None]
        if missing:
            convention = with_all(Convention.objects.filter(pk=convention_id)).get()
            for signature in missing:
                _seal(signature, convention, at)
        return signatures[-1].document if signatures else None


def store_missing_documents(*, at: datetime, limit: int = 500) -> int:
    """The sweep: signatures whose document was not made (a worker died, the key was missing); returns how many are now.

    One that fails does not keep the others waiting; without a key all wait.
    """
    missing = Signature.objects.filter(document=None).order_by("pk").values_list("convention_id", flat=True)
    done = 0
    for pk in dict.fromkeys(missing[:limit]):
        try:
            done += store_signed_document(pk, at=at) is not None
        except NoSealKey as reason:
            log.error("Signed conventions wait for their seal: %s", reason)
            break
        except (ProofRefused, ValidationError) as reason:
            log.error("The signature of convention %s is not proved: %s", pk, reason)
        except OperationalError:  # PostgreSQL is away: for the others too
            raise
        except Exception as reason:
            log.error("The document of convention %s is not made: %s", pk, type(reason).__name__)
    return done


def _seal(signature: Signature, convention: Convention, at: datetime) -> StoredFile:
    signer = current_signer(at)
    found: x509.Certificate = signer.signing_cert
    certificate = certificate_of(found)
    rendered = render_signed_pdf(convention, signature)
    proof = build_proof(
        signature=signature, convention=convention, rendered=rendered, certificate=certificate, at=at
    )
    sealed = seal_pdf(
        rendered,
        signer=signer,
        label=LABEL,
        reason=f"Convention {convention.reference} signée",
        attachments=(_attachment(proof, at),),
    )
    token = token_for(sealed)
    document = _store(with_timestamp(sealed, token) if token else sealed, convention)
    _keep_proof(proof, signature, convention, at)
    seal = Seal.objects.create(
        document=document,
        sealed_at=at,
        certificate_sha256=certificate.sha256,
        certificate_subject=certificate.subject[:300],
        certificate=found.dump(),
        **timestamp_columns(token, document),
    )
    signature.document = document
    signature.save(update_fields=["document"])
    _witness(convention, seal, certificate, at)
    send_sealed_copy(signature=signature, convention=convention, document=document, at=at)
    return document


def token_for(sealed: bytes) -> Token | None:
    """The authority's token for a seal; None when there is no authority or it does not answer: never our own clock."""
    asked = authority()
    if asked is None:
        return None
    try:
        return asked.stamp(digest_to_stamp(sealed), patiently=False)
    except NoTimestamp as reason:
        log.warning("Sealed without a time-stamp: %s", reason)
        return None


def timestamp_columns(token: Token | None, file: StoredFile) -> dict[str, object]:
    """What a token writes in a seal's row."""
    if token is None:
        return {}
    return {"timestamped": file, "timestamped_at": token.at, "authority": token.authority[:300]}


def _attachment(proof: ProofFile, at: datetime) -> Attachment:
    description = "Dossier de preuve de la signature"
    return Attachment(PROOF_NAME, proof.as_bytes(), "application/json", description, at)


def _store(content: bytes, convention: Convention) -> StoredFile:
    name = f"convention-{convention.reference}.pdf"
    return store_bytes(content, kind="convention", name=name, content_type="application/pdf")


def _keep_proof(proof: ProofFile, signature: Signature, convention: Convention, at: datetime) -> None:
    name = f"dossier-de-preuve-{convention.reference}.json"
    file = store_bytes(proof.as_bytes(), kind="proof", name=name, content_type="application/json")
    Proof.objects.create(
        signature=signature, file=file, rendered_sha256=proof.document.rendered_sha256, made_at=at
    )
    record_event(stream=convention.stream, action="proof_made", actor="system", at=at, sha256=file.sha256)


def _witness(convention: Convention, seal: Seal, certificate: Certificate, at: datetime) -> None:
    record_event(
        stream=convention.stream,
        action="document_stored",
        actor="system",
        at=at,
        sha256=seal.document.sha256,
        file=str(seal.document.public_id),
        level=seal.level,
        certificate=certificate.sha256,
    )
