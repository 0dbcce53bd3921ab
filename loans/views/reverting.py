"""An applied import undone: one person of the region asks, another decides (X7)."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import roles_allowed
from accounts.enums import Role
from core.refusals import Refused
from loans.reverting import ask_revert, revert_import
from schools.forms import DecisionForm
from schools.imports.reverting import refuse_revert
from schools.models import EnrolmentImport, ImportRevert


@roles_allowed(Role.REGION)
@require_POST
def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask a colleague to undo this import."""
    imported = get_object_or_404(EnrolmentImport.objects.visible_to(request.user), public_id=public_id)

    def act(reason: str) -> None:
        at = timezone.now()
        ask_revert(imported=imported, by=request.user, at=at, on=timezone.localdate(), reason=reason)
        messages.success(request, _("Asked. Another person of the region must now decide, on this page."))

    return _with_reason(request, imported, act)


@roles_allowed(Role.REGION)
@require_POST
def agree(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Undo the import, as the second person."""
    revert = get_object_or_404(ImportRevert.objects.select_related("enrolment_import"), public_id=public_id)

    def act(reason: str) -> None:
        at = timezone.now()
        done = revert_import(revert=revert, by=request.user, at=at, on=timezone.localdate(), comment=reason)
        count = len(done.kept)
        messages.success(
            request,
            ngettext(
                "The import is undone; %(count)d line stays as it is.",
                "The import is undone; %(count)d lines stay as they are.",
                count,
            )
            % {"count": count}
            if count
            else _("The import is undone, all of it."),
        )

    return _with_reason(request, revert.enrolment_import, act)


@roles_allowed(Role.REGION)
@require_POST
def refuse(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Leave the import as it is."""
    revert = get_object_or_404(ImportRevert.objects.select_related("enrolment_import"), public_id=public_id)

    def act(reason: str) -> None:
        refuse_revert(revert=revert, by=request.user, at=timezone.now(), comment=reason)
        messages.success(request, _("The import stays as it is."))

    return _with_reason(request, revert.enrolment_import, act)


def _with_reason(request: HttpRequest, imported: EnrolmentImport, act: Callable[[str], None]) -> HttpResponse:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: those who come after you will want to know."))
        return redirect("schools:import", public_id=imported.public_id)
    try:
        act(form.cleaned_data["reason"])
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("schools:import", public_id=imported.public_id)
