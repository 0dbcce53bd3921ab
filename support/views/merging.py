"""Rows that may be one pupil: the list of questions, two rows side by side, the decision (X7)."""

from functools import partial
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from schools.enums import MergeState
from schools.forms import DecisionForm
from schools.imports.merging import keep_apart
from schools.models import MergeProposal
from schools.views.reasons import Answer, decide_with_reason
from support.comparing import page_of
from support.merging import merge_pupils


PAGE_SIZE = 50
READERS = (Role.REGION, Role.HELPDESK)


@roles_allowed(*READERS)
@require_safe
def merges(request: HttpRequest) -> HttpResponse:
    """What is to decide first, then what was decided."""
    seen = MergeProposal.objects.visible_to(request.user)
    decided = request.GET.get("voir") == "decides"
    found = seen.exclude(state=MergeState.OPEN).order_by("-pk") if decided else seen.open()
    rows = found.select_related("pupil", "newcomer", "enrolment_import__school").prefetch_related("log__by")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "decided": decided, "open_count": seen.open().count()}
    return render(request, "support/merges.html", context)


@roles_allowed(*READERS)
@require_safe
def merge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The two rows side by side, what differs marked, and what stands in the way."""
    seen = MergeProposal.objects.visible_to(request.user).select_related(
        "pupil", "newcomer", "asked_by", "enrolment_import__school"
    )
    found = get_object_or_404(seen, public_id=public_id)
    context = {
        "shown": page_of(found, request.user),
        "form": _why(),
        "log": found.log.select_related("by"),
    }
    return render(request, "support/merge.html", context)


@roles_allowed(Role.REGION)
@require_POST
def decide_merge(request: HttpRequest, public_id: UUID, decision: str) -> HttpResponse:
    """One pupil, or two people; the reason is required."""
    found = get_object_or_404(MergeProposal.objects.visible_to(request.user), public_id=public_id)
    act = partial(DECISIONS[decision], found)
    return decide_with_reason(request, act=act, back_to="support:merge", public_id=public_id)


def _why() -> DecisionForm:
    form = DecisionForm()
    form.fields["reason"].help_text = _("For example: “The school office has only one birth certificate.”")
    return form


def _unite(proposal: MergeProposal, answer: Answer) -> str:
    merge_pupils(proposal=proposal, by=answer.by, at=answer.at, on=answer.on, comment=answer.why)
    return _("They are one pupil now: nothing was lost.")


def _separate(proposal: MergeProposal, answer: Answer) -> str:
    keep_apart(proposal=proposal, by=answer.by, at=answer.at, comment=answer.why)
    return _("They stay two people: the question will not come back.")


DECISIONS = {"reunir": _unite, "separer": _separate}
