"""What the family keeps: the very document it signed. The story of the laptop is `settings.LAPTOP_PAGE`."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.models import Seal
from loans.models import Signature, SigningLink
from loans.views.family.entering import checked_link
from loans.views.family.frame import frame_of
from loans.views.files import stored_answer


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
