"""The convention as a PDF: to print and sign by hand; or signed, to be sealed (see `loans.proof.sealing`).

What the copies of one text share is told apart from their fields, which stand alone on a line: see `core.pdf_copies`.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from core.pdf import render_pdf
from core.pdf_copies import Copy, key_of, render_copies, render_copy
from core.templatetags.dates import moment, plain_date
from loans.addresses import Signatory, signatories_of
from loans.enums import SignatureMethod, SignerCapacity, SignerKind
from loans.models import AuthoritySignature, Convention, ConventionText, Signature
from loans.scans.marks import box_code, mark_pages
from loans.wording import with_article
from programmes.enums import MinorSigner


TO_PRINT = "loans/pdf/convention_to_print.html"
MOST_PEOPLE = 4  # names a copy can hold
CAPACITIES = {
    SignerCapacity.GUARDIAN: "Représentant légal",
    SignerCapacity.PUPIL: "Élève majeur",
    SignerCapacity.DELEGATE: "Par décision confiant l’enfant au signataire",
}
METHODS = {
    SignatureMethod.ELECTRONIC: "En ligne, par le lien personnel du signataire",
    SignatureMethod.DESK: "Au guichet, en présence d’un agent",
    SignatureMethod.PAPER: "Sur papier ; exemplaire contrôlé à cette date",
}


def render_signed_pdf(convention: Convention, signature: Signature) -> bytes:
    """The signed convention, before its seal; `convention` as `with_all` reads it."""
    return render_copy(signed_copy(convention, signature))


def signed_copy(convention: Convention, signature: Signature) -> Copy:
    """What the signed document says."""
    agent = {"agent": signature.agent.get_full_name()} if signature.agent else {}
    decision = {"decision": signature.decision_reference} if signature.decision_reference else {}
    shared = {
        **_shared(convention, signature.text or convention.text),
        "capacity": CAPACITIES[SignerCapacity(signature.capacity)],
        "method": METHODS[SignatureMethod(signature.method)],
        "consent": signature.consent,
        "text_sha256": signature.text_sha256,
        "check_address": f"{settings.SITE_URL}{reverse('loans:check_document')}",
    }
    fields = {
        **_fields(convention),
        "signer": signature.signer_name,
        "signed_at": moment(signature.signed_at),
        "public_id": str(convention.public_id),
        **agent,
        **decision,
    }
    code = f"{shared['check_address']}?n={convention.reference}"
    return _copy("loans/pdf/convention_signed.html", shared, fields, code)


def render_paper_pdf(conventions: Iterable[Convention]) -> bytes:
    """One PDF to print: a named convention each, every page with its code, so that a copier's pile comes apart (N5)."""
    rows = _rows(conventions)
    copies = paper_copies(rows)
    named = [(row.reference, row.text.number) for row in rows]
    stamped = render_copies(copies)
    if stamped:
        content, lengths = stamped
        return mark_pages(content, named, lengths)
    bodies = [
        _body(copy, rank) for rank, copy in enumerate(copies)
    ]  # WeasyPrint sets all of them, more slowly
    return mark_pages(render_pdf(TO_PRINT, {"bodies": bodies}), named)


def _rows(conventions: Iterable[Convention]) -> list[Convention]:
    pks = [convention.pk for convention in conventions]
    return list(
        with_all(Convention.objects.filter(pk__in=pks)).order_by("enrolment__class_code", "pupil__search_key")
    )


def _body(copy: Copy, rank: int) -> str:
    context = {**copy.shared, "f": copy.values(), "breaks": rank > 0}
    return render_to_string("loans/pdf/_to_sign.html", context)


def paper_copies(rows: list[Convention]) -> list[Copy]:
    """The copies to sign by hand; `rows` as `with_all` reads them."""
    people = signatories_of(rows)
    return [_paper_copy(row, people[row.pk][:MOST_PEOPLE]) for row in rows]


def _paper_copy(convention: Convention, people: list[Signatory]) -> Copy:
    is_pupil = convention.signer_kind == SignerKind.PUPIL
    names = {} if is_pupil else {f"person_{rank}": one.name for rank, one in enumerate(people, start=1)}
    all_sign = convention.campaign.rule_tree.signer.minor == MinorSigner.BOTH
    shared = {
        **_shared(convention, convention.text),
        "is_pupil": is_pupil,
        "people": len(names),
        "all_sign": all_sign,
    }
    copy = _copy(TO_PRINT, shared, {**_fields(convention), **names}, box_code(convention.reference))
    return replace(copy, border=0)  # the reader finds the signature box from the corners of the code


def _copy(template: str, shared: dict[str, Any], fields: dict[str, str], code: str) -> Copy:
    return Copy(template, shared, key_of(shared, without="sections"), fields, code)


def _shared(convention: Convention, text: ConventionText) -> dict[str, Any]:
    """What all the conventions of one text say."""
    programme = convention.campaign.programme
    return {
        "authority": programme.region_name,
        "authority_with_article": with_article(programme.region_name),
        "programme": programme.name,
        "school_year": convention.campaign.school_year_label,
        "sections": text.sections,
        "authority_signature": _authority_signature(text.authority_signature),
        "text_id": text.pk,
        "text_version": text.number,
    }


def _authority_signature(signature: AuthoritySignature | None) -> dict[str, str] | None:
    """Who signed for the authority, as printed; its image is shown, it proves nothing by itself."""
    if signature is None:
        return None
    return {
        "name": signature.signer_name,
        "title": signature.signer_title,
        "power": signature.power,
        "day": plain_date(signature.signed_on),
        "image": _image_of(signature),
    }


_images: dict[int, str] = {}  # a signature never changes: its image is read once


def _image_of(signature: AuthoritySignature) -> str:
    if signature.pk not in _images:
        _images.clear()
        _images[signature.pk] = signature.image_uri
    return _images[signature.pk]


def _fields(convention: Convention) -> dict[str, str]:
    school, pupil = convention.enrolment.school, convention.pupil
    return {
        "reference": convention.reference,
        "pupil": pupil.full_name,
        "birth": plain_date(pupil.birth_on),
        "school": f"{school.name}, {school.city}" if school.city else school.name,
        "class_code": convention.enrolment.class_code,
    }


def with_all(conventions: QuerySet[Convention]) -> QuerySet[Convention]:
    """Conventions with all that their documents name."""
    return conventions.select_related(
        "pupil",
        "text__rules",
        "text__authority_signature__image",
        "enrolment__school",
        "campaign__programme",
        "campaign__rules",
    )
