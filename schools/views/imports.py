"""Enrolment files: sending them, reading what became of them, deciding on those that are held."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from core.refusals import Refused
from schools.choosing import chosen_school, present_campaign
from schools.forms import DecisionForm, ImportSearchForm, UploadForm
from schools.imports import import_uploads
from schools.imports.deciding import accept_held_import, reject_held_import
from schools.lists import imports_to_list
from schools.models import EnrolmentImport


PAGE_SIZE = 30


@roles_allowed(Role.REGION, Role.SCHOOL)
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Past imports; a POST reads files for the schools this person may speak for (N1, P7)."""
    campaign = present_campaign(timezone.localdate())
    if campaign is None:
        return render(request, "schools/no_campaign.html")
    upload = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if upload.is_valid():
        mine = chosen_school(request.user, "") if request.user.has_role(Role.SCHOOL) else None
        report = import_uploads(
            files=[(file.name, file.read()) for file in upload.cleaned_data["documents"]],
            campaign=campaign,
            by=request.user,
            at=timezone.now(),
            on=timezone.localdate(),
            uai=mine.uai if mine else "",
        )
        return render(request, "schools/import_result.html", {"report": report})
    search = ImportSearchForm(request.GET)
    found = imports_to_list(request.user, campaign, search.cleaned_data if search.is_valid() else {})
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "schools/imports.html", {"upload": upload, "search": search, "page": page})


@roles_allowed(Role.REGION, Role.SCHOOL)
@require_safe
def enrolment_import(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One file: what it changed, what is wrong in it and how to mend it, why it is held."""
    seen = EnrolmentImport.objects.visible_to(request.user).select_related("school", "received_by")
    found = get_object_or_404(seen, public_id=public_id)
    context = {
        "import": found,
        "findings": found.findings.order_by("level", "-repeat_count", "code"),
        "log": found.log.select_related("by"),
        "form": DecisionForm(),
        "may_decide": request.user.has_role(Role.REGION),
    }
    return render(request, "schools/import.html", context)


@roles_allowed(Role.REGION)
@require_POST
def decide(request: HttpRequest, public_id: UUID, decision: str) -> HttpResponse:
    """Apply a held file after all, or reject it; the reason is required."""
    held = get_object_or_404(EnrolmentImport.objects.visible_to(request.user), public_id=public_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: those who come after you will want to know."))
        return redirect("schools:import", public_id=public_id)
    at, reason = timezone.now(), form.cleaned_data["reason"]
    try:
        if decision == "appliquer":
            accept_held_import(held=held, by=request.user, at=at, on=timezone.localdate(), comment=reason)
            messages.success(request, _("The file is applied."))
        else:
            reject_held_import(held=held, by=request.user, at=at, comment=reason)
            messages.success(request, _("The file is rejected: the base stays as it was."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("schools:import", public_id=public_id)
