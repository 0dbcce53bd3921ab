"""The convention as a PDF: to print and sign by hand; or signed, stored once, never rendered again (invariant 7)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import segno
from django.db import transaction
from django.db.models import QuerySet

from core.evidence import record_event
from core.files import store_bytes
from core.models import StoredFile
from core.pdf import render_pdf
from loans.addresses import signatories_of
from loans.models import Convention, Signature
from loans.wording import of_the, with_article


def store_signed_document(convention_id: int, *, at: datetime) -> StoredFile | None:
    """Render the signed convention and keep its bytes with their SHA-256; done once, whoever asks again.

    None when the convention has no signature.
    """
    with transaction.atomic():
        signature = (
            Signature.objects.select_for_update(of=("self",)).filter(convention_id=convention_id).first()
        )
        if signature is None:
            return None
        if signature.document is not None:
            return signature.document
        convention = _with_all(Convention.objects.filter(pk=convention_id)).get()
        content = render_pdf("loans/pdf/convention_signed.html", context_of(convention, signature=signature))
        name = f"convention-{convention.reference}.pdf"
        signature.document = store_bytes(
            content, kind="convention", name=name, content_type="application/pdf"
        )
        signature.save(update_fields=["document"])
        record_event(
            stream=convention.stream,
            action="document_stored",
            actor="system",
            at=at,
            sha256=signature.document.sha256,
            file=str(signature.document.public_id),
        )
        return signature.document


def store_missing_documents(*, at: datetime, limit: int = 500) -> int:
    """The sweep: signatures whose document was not made (a worker died, the broker was down)."""
    missing = Signature.objects.filter(document=None).order_by("pk").values_list("convention_id", flat=True)
    pks = list(missing[:limit])
    for pk in pks:
        store_signed_document(pk, at=at)
    return len(pks)


def render_paper_pdf(conventions: Iterable[Convention]) -> bytes:
    """One PDF to print: a named convention each, with its reference as a QR code (N5)."""
    pks = [convention.pk for convention in conventions]
    rows = list(
        _with_all(Convention.objects.filter(pk__in=pks)).order_by(
            "enrolment__class_code", "pupil__search_key"
        )
    )
    people = signatories_of(rows)
    copies = [context_of(row, people=people[row.pk], qr_code=_qr_code(row.reference)) for row in rows]
    return render_pdf("loans/pdf/convention_to_print.html", {"copies": copies})


def context_of(convention: Convention, **context: Any) -> dict[str, Any]:
    """What the templates of the document need."""
    authority = convention.campaign.programme.region_name
    return {
        "convention": convention,
        "pupil": convention.pupil,
        "enrolment": convention.enrolment,
        "school": convention.enrolment.school,
        "programme": convention.campaign.programme,
        "campaign": convention.campaign,
        "authority": authority,
        "authority_with_article": with_article(authority),
        "of_authority": of_the(authority),
        "sections": convention.text.sections,
        **context,
    }


def _with_all(conventions: QuerySet[Convention]) -> QuerySet[Convention]:
    return conventions.select_related(
        "pupil", "text", "enrolment__school", "campaign__programme", "campaign__rules"
    )


def _qr_code(reference: str) -> str:
    return segno.make(reference, error="m").svg_data_uri(scale=3, border=1)
