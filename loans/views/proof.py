"""« Dossier de preuve », for the region and the school, and for whoever signed."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import roles_allowed
from loans.models import Convention, Signature, SigningLink
from loans.proof.dossier import dossier_of
from loans.views.conventions import WRITERS, asked_signature, find_convention
from loans.views.family import checked_link, frame_of, in_french
from loans.views.files import stored_answer


def _signature_of(request: HttpRequest, convention: Convention) -> Signature:
    signature = asked_signature(request, convention)
    if signature is None:
        raise Http404
    return signature


@roles_allowed(*WRITERS)
@never_cache
@require_safe
def proof(request: HttpRequest, public_id: Any) -> HttpResponse:
    """The dossier of a signed convention."""
    found = find_convention(request, public_id)
    signature = _signature_of(request, found)
    context = {
        "convention": found,
        "dossier": dossier_of(signature),
        "signature": signature,
        "rank": request.GET.get("rang", "1"),
        "with_addresses": True,
    }
    return render(request, "loans/proof.html", context)


@roles_allowed(*WRITERS)
@never_cache
@require_safe
def proof_file(request: HttpRequest, public_id: Any) -> HttpResponse:
    """The proof file itself, the very bytes kept."""
    dossier = dossier_of(_signature_of(request, find_convention(request, public_id)))
    if dossier is None:
        raise Http404
    return stored_answer(dossier.file.file, as_attachment=True)


@require_safe
@checked_link
@in_french
def family_proof(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """The signer's own dossier; the other guardian has none."""
    signature = get_object_or_404(Signature, convention=link.convention, guardian=link.guardian_id)
    context = {"dossier": dossier_of(signature), "with_addresses": True}
    return render(request, "loans/family/proof.html", context | frame_of(link))
