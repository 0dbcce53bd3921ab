"""Enrolment files: sending them, reading what became of them."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import roles_allowed
from accounts.enums import Role
from schools.choosing import chosen_school, present_campaign
from schools.forms import ImportSearchForm, UploadForm
from schools.imports import import_uploads
from schools.lists import imports_to_list


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
