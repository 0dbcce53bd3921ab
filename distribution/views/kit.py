"""The school's papers to print and to hand out (N14)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from accounts.access import roles_allowed
from distribution.kit import PIECES, Kit, kit_of, render_piece
from distribution.perms import DELIVERY_READERS
from programmes.models import Campaign
from schools.models import School


@require_GET
@roles_allowed(*DELIVERY_READERS)
def kit(request: HttpRequest, uai: str) -> HttpResponse:
    """The three papers, with the day they bear."""
    return render(request, "distribution/kit.html", {"kit": _kit(request, uai)})


@require_GET
@roles_allowed(*DELIVERY_READERS)
def piece(request: HttpRequest, uai: str, name: str) -> HttpResponse:
    """One paper, made now."""
    if name not in PIECES:
        raise Http404
    content = render_piece(_kit(request, uai), name)
    disposition = content_disposition_header(False, f"{name}-{uai}.pdf") or "inline"
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})


def _kit(request: HttpRequest, uai: str) -> Kit:
    """The kit of a school this person may see; 404 for another's, and between two programmes."""
    school = get_object_or_404(School.objects.visible_to(request.user), uai=uai)
    campaign = Campaign.objects.latest_known(timezone.localdate())
    if campaign is None:
        raise Http404
    return kit_of(school, campaign, timezone.localdate())
