"""An applied import undone: one person of the region asks, another decides (X7)."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import roles_allowed
from accounts.enums import Role
from loans.reverting import ask_revert, revert_import
from schools.imports.reverting import refuse_revert
from schools.models import EnrolmentImport, ImportRevert
from schools.views.reasons import Answer, decide_with_reason


@roles_allowed(Role.REGION)
@require_POST
def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask a colleague to undo this import."""
    imported = get_object_or_404(EnrolmentImport.objects.visible_to(request.user), public_id=public_id)
    return decide_with_reason(
        request, act=partial(_ask, imported), back_to="schools:import", public_id=public_id
    )


@roles_allowed(Role.REGION)
@require_POST
def agree(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Undo the import, as the second person."""
    return _decide(request, public_id, _agree)


@roles_allowed(Role.REGION)
@require_POST
def refuse(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Leave the import as it is."""
    return _decide(request, public_id, _refuse)


def _decide(
    request: HttpRequest, public_id: UUID, act: Callable[[ImportRevert, Answer], str]
) -> HttpResponse:
    revert = get_object_or_404(ImportRevert.objects.select_related("enrolment_import"), public_id=public_id)
    return decide_with_reason(
        request,
        act=partial(act, revert),
        back_to="schools:import",
        public_id=revert.enrolment_import.public_id,
    )


def _ask(imported: EnrolmentImport, answer: Answer) -> str:
    ask_revert(imported=imported, by=answer.by, at=answer.at, on=answer.on, reason=answer.why)
    return _("Asked. Another person of the region must now decide, on this page.")


def _agree(revert: ImportRevert, answer: Answer) -> str:
    done = revert_import(revert=revert, by=answer.by, at=answer.at, on=answer.on, comment=answer.why)
    count = len(done.kept)
    if not count:
        return _("The import is undone, all of it.")
    sentence = ngettext(
        "The import is undone; %(count)d line stays as it is.",
        "The import is undone; %(count)d lines stay as they are.",
        count,
    )
    return sentence % {"count": count}


def _refuse(revert: ImportRevert, answer: Answer) -> str:
    refuse_revert(revert=revert, by=answer.by, at=answer.at, comment=answer.why)
    return _("The import stays as it is.")
