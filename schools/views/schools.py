"""The schools of the programme: list, identity, colleagues."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from core.refusals import Refused
from schools.choosing import present_campaign
from schools.forms import InviteForm, SchoolSearchForm
from schools.lists import imports_to_list, schools_to_list
from schools.models import DirectoryChange, School
from schools.staffing import appoint_staff


PAGE_SIZE = 50
OFFICE = (Role.REGION, Role.SUPPLIER, Role.HELPDESK)


@roles_allowed(*OFFICE)
@require_safe
def schools(request: HttpRequest) -> HttpResponse:
    form, campaign = SchoolSearchForm(request.GET), present_campaign(timezone.localdate())
    filters = form.cleaned_data if form.is_valid() else {}
    found = schools_to_list(request.user, campaign, filters)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    announced = DirectoryChange.objects.visible_to(request.user).proposed().count()
    context = {"form": form, "page": page, "campaign": campaign, "announced": announced}
    return render(request, "schools/list.html", context)


@roles_allowed(*OFFICE, Role.SCHOOL)
@require_safe
def school(request: HttpRequest, uai: str) -> HttpResponse:
    """Who they are, since when they take part, who acts for them, what they last sent."""
    found = get_object_or_404(School.objects.visible_to(request.user), uai=uai)
    campaign = present_campaign(timezone.localdate())
    context = {
        "school": found,
        "campaign": campaign,
        "memberships": found.memberships.select_related("campaign__programme").order_by(
            "-campaign__school_year"
        ),
        "staff": found.staff.filter(ended_on=None).select_related("user").order_by("user__last_name"),
        "imports": imports_to_list(request.user, campaign, {}).filter(school=found)[:5],
        "may_invite": request.user.has_role(Role.REGION, Role.SCHOOL),
    }
    return render(request, "schools/detail.html", context)


@roles_allowed(Role.REGION, Role.SCHOOL)
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, uai: str) -> HttpResponse:
    """Invite a colleague by e-mail; the region and the school's own staff may."""
    found = get_object_or_404(School.objects.visible_to(request.user), uai=uai)
    form = InviteForm(request.POST or None)
    if form.is_valid():
        try:
            post = appoint_staff(school=found, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error("email", refusal.sentence)
        else:
            messages.success(request, _("Invitation sent to %(email)s.") % {"email": post.user.email})
            return redirect("schools:detail", uai=uai)
    return render(request, "schools/invite.html", {"school": found, "form": form})
