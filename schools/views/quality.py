"""What to mend in a school's base, what blocks a laptop first; the schools that need it most (N1)."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from schools.choosing import chosen_school, present_campaign
from schools.lists import findings_to_mend, last_file
from schools.models import School
from schools.quality.issues import BY_CODE, ISSUES, Look
from schools.quality.mending import all_lines, counts_of, lines_of, schools_by_need


PAGE_SIZE = 50
READERS = (Role.REGION, Role.HELPDESK, Role.SCHOOL)


@roles_allowed(*READERS)
@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """One school's pupils to mend, by issue; without a school, the schools by need."""
    campaign = present_campaign(timezone.localdate())
    found = chosen_school(request.user, request.GET.get("etablissement", ""))
    if campaign is None:
        return render(request, "schools/no_campaign.html")
    look = Look(campaign, timezone.localdate())
    if found is None:
        rows = schools_by_need(look)
        page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
        return render(request, "schools/quality_region.html", {"page": page})
    context = _school_context(request, found, look) | {
        "schools": School.objects.visible_to(request.user) if request.user.has_role(Role.SCHOOL) else [],
        "levels": findings_to_mend(found, campaign),
        "file": last_file(found, campaign),
    }
    return render(request, "schools/findings.html", context)


def _school_context(request: HttpRequest, school: School, look: Look) -> dict[str, Any]:
    counts = counts_of(school, look)
    issues = [(issue, counts[issue.code]) for issue in ISSUES if counts[issue.code]]
    asked = BY_CODE.get(request.GET.get("voir", ""))
    shown = asked or (issues[0][0] if issues else None)
    lines = lines_of(school, look, shown) if shown else []
    return {
        "school": school,
        "issues": issues,
        "shown": shown,
        "page": Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page")),
        "blocking_count": sum(count for issue, count in issues if issue.blocks),
        "mending_count": sum(count for issue, count in issues if not issue.blocks),
    }


@roles_allowed(*READERS)
@require_safe
def to_print(request: HttpRequest) -> HttpResponse:
    """The whole list by class, for the school office to print and tick."""
    campaign = present_campaign(timezone.localdate())
    school = chosen_school(request.user, request.GET.get("etablissement", ""))
    if campaign is None or school is None:
        raise Http404
    look = Look(campaign, timezone.localdate())
    context = {"school": school, "lines": list(all_lines(school, look)), "on": look.on}
    return render(request, "schools/quality_print.html", context)
