"""What the family keeps: « my file », and the very document it signed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.models import Seal
from loans.models import Signature, SigningLink
from loans.views.family.entering import checked_link
from loans.views.family.frame import frame_of
from loans.views.files import stored_answer


def file_page(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """« My file »: what was signed, the laptop, whom to call."""
    signature = Signature.objects.get(convention=link.convention)
    loans = link.convention.pupil.loans.select_related("device__model")
    context = {
        "signature": signature,
        "is_own": signature.guardian_id == link.guardian_id,
        "loan": loans.open().main().first(),
        "just_signed": request.GET.get("signe") == "1",
    }
    return render(request, "loans/family/file.html", context | frame_of(link))


@require_safe
@checked_link
def document(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """The signed PDF, the very bytes kept; only for whoever signed it."""
    signature = Signature.objects.filter(convention=link.convention, guardian=link.guardian).first()
    if signature is None:
        raise Http404
    if signature.document is None:
        return render(request, "loans/family/document_soon.html", frame_of(link), status=202)
    return stored_answer(Seal.objects.best_copy(signature.document), as_attachment=True)
