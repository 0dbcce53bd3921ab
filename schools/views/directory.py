"""What a new directory of schools announces: a region officer says yes or no, one by one or to all."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from core.refusals import Refused
from schools.directory_changes import approve_all_changes, approve_change, reject_change
from schools.models import DirectoryChange


PAGE_SIZE = 50


@roles_allowed(Role.REGION)
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Openings, closings and new names that wait, then the last decisions."""
    seen = DirectoryChange.objects.visible_to(request.user).select_related("school")
    page = Paginator(seen.proposed(), PAGE_SIZE).get_page(request.GET.get("page"))
    decided = seen.exclude(pk__in=seen.proposed()).prefetch_related("log__by").order_by("-pk")
    return render(request, "schools/directory.html", {"page": page, "decided": decided[:20]})


@roles_allowed(Role.REGION)
@require_POST
def decide_change(request: HttpRequest, public_id: UUID, decision: str) -> HttpResponse:
    """Approve or reject one change; the successor of a school that closes may be typed."""
    change = get_object_or_404(DirectoryChange.objects.visible_to(request.user), public_id=public_id)
    try:
        if decision == "approuver":
            successor = request.POST.get("successor", "")
            approve_change(change=change, by=request.user, at=timezone.now(), successor_uai=successor)
            messages.success(request, _("Done: %(school)s.") % {"school": change.name})
        else:
            reject_change(change=change, by=request.user, at=timezone.now())
            messages.success(request, _("%(school)s stays as it was.") % {"school": change.name})
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("schools:directory")


@roles_allowed(Role.REGION)
@require_POST
def approve_all(request: HttpRequest) -> HttpResponse:
    """Approve all that waits, or nothing if one of them cannot be."""
    try:
        count = approve_all_changes(by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        sentence = ngettext("%(count)d change is applied.", "%(count)d changes are applied.", count)
        messages.success(request, sentence % {"count": count})
    return redirect("schools:directory")
