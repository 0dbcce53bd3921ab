"""Enrolment files: sending them, reading what became of them."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import roles_allowed
from accounts.enums import Role
from schools.batches.sending import send_files
from schools.choosing import chosen_school, present_campaign
from schools.forms import ImportSearchForm, UploadForm
from schools.lists import batches_to_follow, imports_to_list
from schools.models import School
from schools.nights.alerts import alerts_to_show


PAGE_SIZE = 30


@roles_allowed(Role.REGION, Role.SCHOOL)
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Past imports; a POST stores files for the schools this person may speak for, and shows them being read."""
    campaign = present_campaign(timezone.localdate())
    if campaign is None:
        return render(request, "schools/no_campaign.html")
    school = chosen_school(request.user, request.GET.get("etablissement", ""))
    upload = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if upload.is_valid():
        batch = send_files(
            files=upload.cleaned_data["documents"],
            campaign=campaign,
            school=school if request.user.has_role(Role.SCHOOL) else None,
            by=request.user,
            at=timezone.now(),
        )
        return redirect("schools:batch", public_id=batch.public_id)
    search = ImportSearchForm(request.GET)
    found = imports_to_list(request.user, campaign, search.cleaned_data if search.is_valid() else {})
    context = {
        "upload": upload,
        "search": search,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "alerts": alerts_to_show(campaign, timezone.localdate())
        if request.user.has_role(Role.REGION)
        else [],
        "batches": batches_to_follow(request.user, campaign),
        "school": school,
        "schools": School.objects.visible_to(request.user) if request.user.has_role(Role.SCHOOL) else [],
    }
    return render(request, "schools/imports.html", context)
