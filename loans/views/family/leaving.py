"""« The other parent signs »."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.refusals import Refused
from loans.delegating import leave_to_other, may_leave_to_other
from loans.models import SigningLink
from loans.views.family.entering import checked_link
from loans.views.family.frame import frame_of
from loans.views.family.languages import written_in_french


@require_http_methods(["GET", "POST"])
@checked_link
def leave(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """What it means, then said: only a POST does it."""
    if request.method == "POST":
        try:
            with written_in_french():
                leave_to_other(link=link, at=timezone.now())
        except Refused as refusal:
            context = {"refusal": refusal} | frame_of(link)
            return render(request, "loans/family/not_signed.html", context, status=409)
        return redirect("loans:family")
    if not may_leave_to_other(link):
        return redirect("loans:family")
    return render(request, "loans/family/leave.html", frame_of(link))


def left_page(request: HttpRequest, link: SigningLink) -> HttpResponse:
    said = link.convention.delegations.get(guardian=link.guardian_id)
    return render(request, "loans/family/left.html", {"said": said} | frame_of(link))
