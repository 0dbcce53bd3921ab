"""« Dossier de preuve », for the region and the school, and for whoever signed."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import roles_allowed
from loans.models import Convention, Signature, SigningLink
from loans.proof.dossier import dossier_of
from loans.views.conventions import WRITERS, find_convention
from loans.views.family import checked_link, frame_of, in_french
from loans.views.files import stored_answer


def _signature_of(convention: Convention) -> Signature:
    signature = Signature.objects.filter(convention=convention).first()
    if signature is None:
        raise Http404
    return signature


@roles_allowed(*WRITERS)
@never_cache
@require_safe
def proof(request: HttpRequest, public_id: Any) -> HttpResponse:
    """The dossier of a signed convention."""
    found = find_convention(request, public_id)
    dossier = dossier_of(_signature_of(found))
    context = {"convention": found, "dossier": dossier, "with_addresses": True}
    return render(request, "loans/proof.html", context)


@roles_allowed(*WRITERS)
@never_cache
@require_safe
def proof_file(request: HttpRequest, public_id: Any) -> HttpResponse:
    """The proof file itself, the very bytes kept."""
    dossier = dossier_of(_signature_of(find_convention(request, public_id)))
    if dossier is None:
        raise Http404
    return stored_answer(dossier.file.file, as_attachment=True)


@require_safe
@checked_link
@in_french
def family_proof(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """The signer's own dossier; the other guardian has none."""
    signature = _signature_of(link.convention)
    if signature.guardian_id != link.guardian_id:
        raise Http404
    context = {"dossier": dossier_of(signature), "with_addresses": True}
    return render(request, "loans/family/proof.html", context | frame_of(link))
