"""The nights of imports: how far one is, what it did, school by school."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from schools.choosing import present_campaign
from schools.forms import NightSearchForm
from schools.models import EnrolmentNight, NightSchool
from schools.nights.alerts import alerts_to_show
from schools.nights.other_ways import show_what_came, with_situation
from schools.nights.progress import SITUATIONS, nights_to_list, progress_of, schools_to_list
from schools.nights.region_guard import guard_of
from schools.nights.reporting import report_of, tally_of


PAGE_SIZE = 50


@roles_allowed(Role.REGION)
@require_safe
def nights(request: HttpRequest) -> HttpResponse:
    """Past nights, the latest first."""
    campaign = present_campaign(timezone.localdate())
    if campaign is None:
        return render(request, "schools/no_campaign.html")
    page = Paginator(nights_to_list(campaign), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "schools/nights.html", {"page": page})


@roles_allowed(Role.REGION)
@require_safe
def night(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One night: how far it is, what it did, and its schools, those to look at first."""
    found = get_object_or_404(EnrolmentNight.objects.select_related("campaign"), public_id=public_id)
    search = NightSearchForm(request.GET)
    listed = schools_to_list(found, search.cleaned_data if search.is_valid() else {})
    page = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    show_what_came(page.object_list)
    for row in page.object_list:
        row.words, row.tone = SITUATIONS[row.situation]
    context = {"search": search, "page": page, **shown(found)}
    return render(request, "schools/night.html", context)


@roles_allowed(Role.REGION)
@require_safe
def night_progress(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The moving part of that page, asked for again until the night is over."""
    found = get_object_or_404(EnrolmentNight.objects.select_related("campaign"), public_id=public_id)
    return render(request, "schools/_night_progress.html", shown(found))


@roles_allowed(Role.REGION, Role.SCHOOL)
@require_safe
def night_of_school(request: HttpRequest, public_id: UUID, uai: str) -> HttpResponse:
    """Who arrived and who left that night in one school, and what is to be mended."""
    rows = NightSchool.objects.visible_to(request.user).select_related(
        "night__campaign", "school", "enrolment_import"
    )
    rows = with_situation(rows.exclude(school=None))
    row = get_object_or_404(rows, night__public_id=public_id, uai=uai)
    show_what_came([row])
    return render(request, "schools/night_of_school.html", {"row": row, "report": report_of(row)})


@roles_allowed(Role.REGION)
@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """Schools that are expected and sent nothing, with what to do."""
    on, campaign = timezone.localdate(), present_campaign(timezone.localdate())
    if campaign is None:
        return render(request, "schools/no_campaign.html")
    lines = alerts_to_show(campaign, on)
    page = Paginator([line for line in lines if line.alert.school], PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "whole": next((line for line in lines if line.alert.school is None), None),
        "every": campaign.rule_tree.imports.expected_every_days,
    }
    return render(request, "schools/alerts.html", context)


def shown(found: EnrolmentNight) -> dict[str, object]:
    """The night, how far it is, and once it is over what it did."""
    return {
        "night": found,
        "progress": progress_of(found, at=timezone.now()),
        "tally": tally_of(found),
        "guard": guard_of(found),
    }
