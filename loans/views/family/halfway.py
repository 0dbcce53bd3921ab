"""Between the first signature and the laptop: the other guardian is awaited, or a parent objects."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from loans.models import Opposition, SigningLink
from loans.views.family.frame import frame_of


def half_page(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """This person signed; all must."""
    signature = link.convention.signatures.get(guardian=link.guardian_id)
    return render(request, "loans/family/half.html", {"signature": signature} | frame_of(link))


def opposed_page(request: HttpRequest, link: SigningLink) -> HttpResponse:
    mine = Opposition.objects.against(link.convention).filter(guardian=link.guardian_id)
    return render(request, "loans/family/opposed.html", {"opposition": mine.first()} | frame_of(link))
