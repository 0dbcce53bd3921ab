"""The convention as a PDF: to print and sign by hand; or signed, to be sealed (see `loans.proof.sealing`)."""

from collections.abc import Iterable
from typing import Any

import segno
from django.db.models import QuerySet

from core.pdf import render_pdf
from loans.addresses import signatories_of
from loans.models import Convention, Signature
from loans.scans.marks import box_code, mark_pages
from loans.wording import of_the, with_article


def render_signed_pdf(convention: Convention, signature: Signature) -> bytes:
    """The signed convention, before its seal; `convention` as `with_all` reads it."""
    return render_pdf("loans/pdf/convention_signed.html", context_of(convention, signature=signature))


def render_paper_pdf(conventions: Iterable[Convention]) -> bytes:
    """One PDF to print: a named convention each, every page with its code, so that a copier's pile comes apart (N5)."""
    pks = [convention.pk for convention in conventions]
    rows = list(
        with_all(Convention.objects.filter(pk__in=pks)).order_by("enrolment__class_code", "pupil__search_key")
    )
    people = signatories_of(rows)
    copies = [context_of(row, people=people[row.pk], box_code=_box_code(row.reference)) for row in rows]
    content = render_pdf("loans/pdf/convention_to_print.html", {"copies": copies})
    return mark_pages(content, [(row.reference, row.text.number) for row in rows])


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


def with_all(conventions: QuerySet[Convention]) -> QuerySet[Convention]:
    """Conventions with all that their documents name."""
    return conventions.select_related(
        "pupil", "text__rules", "enrolment__school", "campaign__programme", "campaign__rules"
    )


def _box_code(reference: str) -> str:
    return segno.make(box_code(reference), error="m", boost_error=False).svg_data_uri(scale=3, border=0)
