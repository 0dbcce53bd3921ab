"""The list of what to mend in a school's base, as a file for a spreadsheet (P7)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import roles_allowed
from reports.exports import FORMATS, QualityResource, file_of, log_export
from reports.views.pupils import READERS, asked_scope
from schools.quality.issues import Look
from schools.quality.mending import all_lines


@roles_allowed(*READERS)
@require_POST
def export_quality(request: HttpRequest, file_format: str) -> HttpResponse:
    """The lines of one school. POST, because who took the list is written down (P13)."""
    scope = asked_scope(request)
    if scope is None or scope.school is None or file_format not in FORMATS:
        raise Http404
    rows = list(all_lines(scope.school, Look(scope.campaign, scope.on)))
    log_export(
        what="quality", filters=request.GET.dict(), rows_count=len(rows), by=request.user, at=timezone.now()
    )
    return file_of(QualityResource(), rows, file_format, f"{_('to mend')} {scope.school.name} {scope.on}")
