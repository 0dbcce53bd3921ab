"""The list of families to phone, as a file for a spreadsheet (N17, P7)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import roles_allowed
from loans.calls import call_list, calls_of
from reports.exports import FORMATS, CallResource, file_of, log_export
from reports.views.pupils import READERS, asked_scope


@roles_allowed(*READERS)
@require_POST
def export_calls(request: HttpRequest, file_format: str) -> HttpResponse:
    """The lines of one school or class. POST, because who took the list is written down (P13)."""
    scope = asked_scope(request)
    if scope is None or scope.school is None or file_format not in FORMATS:
        raise Http404
    found = call_list(school=scope.school, campaign=scope.campaign).of_class(request.GET.get("classe", ""))
    rows = calls_of(list(found.rows))
    log_export(
        what="calls", filters=request.GET.dict(), rows_count=len(rows), by=request.user, at=timezone.now()
    )
    return file_of(CallResource(), rows, file_format, f"{_('to call')} {scope.school.name} {scope.on}")
