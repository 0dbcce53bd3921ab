"""Rows that may be one pupil: the list of questions, two rows side by side, the decision (X7)."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from core.refusals import Refused
from schools.enums import MergeState
from schools.forms import DecisionForm
from schools.imports.merging import keep_apart
from schools.models import MergeProposal
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
        "form": DecisionForm(),
        "log": found.log.select_related("by"),
    }
    return render(request, "support/merge.html", context)


@roles_allowed(Role.REGION)
@require_POST
def decide_merge(request: HttpRequest, public_id: UUID, decision: str) -> HttpResponse:
    """One pupil, or two people; the reason is required."""
    found = get_object_or_404(MergeProposal.objects.visible_to(request.user), public_id=public_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: those who come after you will want to know."))
        return redirect("support:merge", public_id=public_id)
    at, reason = timezone.now(), form.cleaned_data["reason"]
    try:
        if decision == "reunir":
            merge_pupils(proposal=found, by=request.user, at=at, on=timezone.localdate(), comment=reason)
            messages.success(request, _("They are one pupil now: nothing was lost."))
        else:
            keep_apart(proposal=found, by=request.user, at=at, comment=reason)
            messages.success(request, _("They stay two people: the question will not come back."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("support:merge", public_id=public_id)
