"""The pupils' table, its file, and a pupil's page."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from reports.exports import FORMATS, PupilResource, file_of, log_export
from reports.filters import PupilFilter
from reports.pupil_page import page_of
from reports.pupil_rows import rows_of
from reports.pupils import classes_in, concerned_first, pupils_seen_by
from reports.scope import Scope
from schools.choosing import chosen_school, present_campaign
from schools.models import Pupil, School


PAGE_SIZE = 50
READERS = (Role.REGION, Role.HELPDESK, Role.SCHOOL)


@roles_allowed(*READERS)
@require_safe
def pupils(request: HttpRequest) -> HttpResponse:
    """Who has signed, who has the laptop, and who must act for each pupil (N4)."""
    scope = asked_scope(request)
    if scope is None:
        return render(request, "reports/no_campaign.html")
    found = asked_pupils(request, scope)
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"scope": scope, "filter": found, "page": page, "rows": rows_of(page.object_list, scope)}
    context["formats"] = FORMATS
    if request.user.has_role(Role.SCHOOL):
        context["schools"] = School.objects.visible_to(request.user)
    return render(request, "reports/pupils.html", context)


@roles_allowed(*READERS)
@require_POST
def export_pupils(request: HttpRequest, file_format: str) -> HttpResponse:
    """The lines of the screen as a file. POST, because who took the list is written down (P13)."""
    scope = asked_scope(request)
    if scope is None or file_format not in FORMATS:
        raise Http404
    rows = rows_of(asked_pupils(request, scope).qs, scope)
    log_export(
        what="pupils", filters=request.GET.dict(), rows_count=len(rows), by=request.user, at=timezone.now()
    )
    place = scope.school.name if scope.school else scope.campaign.slug
    return file_of(PupilResource(), rows, file_format, f"{_('pupils')} {place} {scope.on}")


@roles_allowed(*READERS)
@require_safe
def pupil(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A pupil's story: enrolment, right, convention, laptop, requests."""
    found = get_object_or_404(Pupil.objects.visible_to(request.user), public_id=public_id)
    if found.merged_into:
        return redirect("reports:pupil", public_id=found.merged_into.public_id)
    campaign = present_campaign(timezone.localdate())
    if campaign is None:
        raise Http404
    page = page_of(found, Scope(campaign, timezone.localdate()), request.user)
    return render(request, "reports/pupil.html", {"page": page})


def asked_scope(request: HttpRequest) -> Scope | None:
    """The scope of a list: the school named in the address, or the user's own."""
    campaign = present_campaign(timezone.localdate())
    if campaign is None:
        return None
    school = chosen_school(request.user, request.GET.get("etablissement", ""))
    return Scope(campaign, timezone.localdate(), school)


def asked_pupils(request: HttpRequest, scope: Scope) -> Any:
    seen = concerned_first(pupils_seen_by(request.user, scope))
    return PupilFilter(request.GET, queryset=seen, classes=classes_in(scope, request.user))
