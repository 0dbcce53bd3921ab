"""One address after signing in; each trade finds its own first page behind it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.enums import Role
from reports import desk_dashboards, region_dashboard, school_dashboard
from reports.scope import Scope
from schools.choosing import chosen_school, present_campaign
from schools.models import School


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The dashboard of the user's trade, or of the school chosen with `?etablissement=UAI`."""
    on, campaign = timezone.localdate(), present_campaign(timezone.localdate())
    if campaign is None:
        return render(request, "reports/no_campaign.html")
    scope = Scope(campaign, on, chosen_school(request.user, request.GET.get("etablissement", "")))
    if scope.school:
        return school_home(request, scope)
    if request.user.has_role(Role.REGION):
        dashboard = region_dashboard.dashboard_of(scope)
        return render(request, "reports/region_home.html", {"scope": scope, "dashboard": dashboard})
    if request.user.has_role(Role.SCHOOL):
        return render(request, "reports/no_school.html")
    tasks = desk_dashboards.tasks_of_today(scope, request.user)
    return render(request, "reports/desk_home.html", {"scope": scope, "tasks": tasks})


def school_home(request: HttpRequest, scope: Scope) -> HttpResponse:
    if not request.user.has_role(Role.REGION, Role.HELPDESK, Role.SCHOOL):
        raise PermissionDenied  # it names pupils
    mine = School.objects.visible_to(request.user) if request.user.has_role(Role.SCHOOL) else ()
    context = {
        "scope": scope,
        "dashboard": school_dashboard.dashboard_of(scope, request.user),
        "schools": mine,
    }
    return render(request, "reports/school_home.html", context)
