"""The region's report: each figure with its definition, its rows and its split by school (X11, O3)."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from reports import ageing
from reports.equipment_curve import equipment_of
from reports.exports import FORMATS, SchoolResource, file_of, log_export
from reports.figures import FIGURES
from reports.hero import hero_of
from reports.region_dashboard import report_groups
from reports.row_lists import rows_to_show
from reports.school_file import file_lines
from reports.schools_table import school_lines, total_of
from reports.views.pupils import asked_scope


PAGE_SIZE = 50


@roles_allowed(Role.REGION)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    scope = asked_scope(request)
    if scope is None:
        return render(request, "reports/no_campaign.html")
    lines = school_lines(scope)
    context = {
        "scope": scope,
        "groups": report_groups(scope),
        "formats": FORMATS,
        "lines": lines,
        "total": total_of(lines),
        "hero": hero_of(scope, total_of(lines).progress),
        "equipment": equipment_of(scope),
        "repairs": ageing.repairs_by_age(scope),
        "returns": ageing.returns_by_age(scope),
    }
    return render(request, "reports/overview.html", context)


@roles_allowed(Role.REGION)
@require_safe
def rows(request: HttpRequest, code: str) -> HttpResponse:
    """The rows behind a figure, for the region or for one school."""
    scope, figure = asked_scope(request), FIGURES.get(code)
    if scope is None or figure is None:
        raise Http404
    page = Paginator(rows_to_show(figure, scope), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "reports/rows.html", {"scope": scope, "figure": figure, "page": page})


@roles_allowed(Role.REGION)
@require_POST
def export_schools(request: HttpRequest, file_format: str) -> HttpResponse:
    """The table of schools, with its sums, as a file."""
    scope = asked_scope(request)
    if scope is None or file_format not in FORMATS:
        raise Http404
    lines = list(file_lines(school_lines(scope)))
    log_export(what="schools", filters={}, rows_count=len(lines), by=request.user, at=timezone.now())
    return file_of(SchoolResource(), lines, file_format, f"{_('schools')} {scope.campaign.slug} {scope.on}")
