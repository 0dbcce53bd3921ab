"""The public page that says whether a PDF is the one that was signed. No account, nothing kept."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from core.limits import is_allowed
from loans.forms.checking import CheckForm
from loans.proof.checking import find_document


CHECKS, MINUTES = 30, 10


@login_not_required
@never_cache
def check_document(request: HttpRequest) -> HttpResponse:
    """Choose a file; the answer is on the same page. At most 30 checks in ten minutes from one address."""
    if request.method != "POST":
        return _page(request, CheckForm())
    who = request.META.get("REMOTE_ADDR", "")
    if not is_allowed("check document", who, limit=CHECKS, seconds=MINUTES * 60):
        response = _page(request, CheckForm(), status=429, too_many=True)
        response["Retry-After"] = str(MINUTES * 60)
        return response
    form = CheckForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    sha256 = form.cleaned_data["sha256"]
    return _page(request, CheckForm(), sha256=sha256, answer=find_document(sha256))


def _page(request: HttpRequest, form: CheckForm, *, status: int = 200, **context: object) -> HttpResponse:
    return render(request, "loans/check_document.html", {"form": form, **context}, status=status)
