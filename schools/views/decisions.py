"""One enrolment file: what it did or would do, and a person's yes or no."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from schools.forms import DecisionForm
from schools.imports.deciding import accept_held_import, reject_held_import
from schools.models import EnrolmentImport
from schools.pages.one_import import page_of
from schools.views.reasons import Answer, decide_with_reason


@roles_allowed(Role.REGION, Role.SCHOOL)
@require_safe
def enrolment_import(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What a file changed or would change, what is wrong in it, why it is held, who decided and why (P7, X7)."""
    seen = EnrolmentImport.objects.visible_to(request.user).select_related(
        "school", "received_by", "campaign__rules"
    )
    found = get_object_or_404(seen, public_id=public_id)
    context = {
        "import": found,
        "shown": page_of(
            found, request.user, kind=request.GET.get("voir", ""), number=request.GET.get("page", "")
        ),
        "log": found.log.select_related("by"),
        "form": DecisionForm(),
    }
    return render(request, "schools/import.html", context)


@roles_allowed(Role.REGION)
@require_POST
def decide(request: HttpRequest, public_id: UUID, decision: str) -> HttpResponse:
    """Apply a held file after all, or reject it; the reason is required."""
    held = get_object_or_404(EnrolmentImport.objects.visible_to(request.user), public_id=public_id)
    act = partial(DECISIONS[decision], held)
    return decide_with_reason(request, act=act, back_to="schools:import", public_id=public_id)


def _apply(held: EnrolmentImport, answer: Answer) -> str:
    accept_held_import(held=held, by=answer.by, at=answer.at, on=answer.on, comment=answer.why)
    return _("The file is applied.")


def _reject(held: EnrolmentImport, answer: Answer) -> str:
    reject_held_import(held=held, by=answer.by, at=answer.at, comment=answer.why)
    return _("The file is rejected: the base stays as it was.")


DECISIONS = {"appliquer": _apply, "rejeter": _reject}
