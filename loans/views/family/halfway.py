"""Between the first signature and the laptop: the other guardian is awaited, or a parent objects."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from loans.models import Opposition, SigningLink
from loans.signers import awaited_of
from loans.views.family.frame import frame_of


def half_page(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """This person signed; all must. Whom nobody can write to signs on paper, or at the school."""
    convention = link.convention
    context = {
        "signature": convention.signatures.get(guardian=link.guardian_id),
        "all_written": all(person.can_be_written for person in awaited_of([convention])[convention.pk]),
    }
    return render(request, "loans/family/half.html", context | frame_of(link))


def opposed_page(request: HttpRequest, link: SigningLink) -> HttpResponse:
    mine = Opposition.objects.against(link.convention).filter(guardian=link.guardian_id)
    return render(request, "loans/family/opposed.html", {"opposition": mine.first()} | frame_of(link))
