"""A parent objects to the loan: by their own link, or told to the school and the helpline."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import roles_allowed
from core.refusals import Refused
from loans.models import Convention, Opposition, SigningLink
from loans.views.family import checked_link, frame_of, written_in_french
from schools.models import Guardian
from support.family_forms import OppositionForm
from support.forms import StaffOppositionForm
from support.oppositions import lift, oppose
from support.perms import ASKERS


@require_http_methods(["GET", "POST"])
@checked_link
def oppose_by_link(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """What it does, then the reason; only a POST objects."""
    if link.guardian is None:
        raise Http404
    form = OppositionForm(request.POST or None)
    if form.is_valid():
        try:
            with written_in_french():
                oppose(
                    convention=link.convention,
                    guardian=link.guardian,
                    reason=form.cleaned_data["reason"],
                    by=None,
                    at=timezone.now(),
                    link=link,
                )
        except Refused as refusal:
            context = {"refusal": refusal} | frame_of(link)
            return render(request, "loans/family/not_signed.html", context, status=409)
        return redirect("loans:family")
    status = 422 if form.is_bound else 200
    return render(request, "support/oppose.html", {"form": form} | frame_of(link), status=status)


@roles_allowed(*ASKERS)
@require_POST
def record(request: HttpRequest, public_id: Any) -> HttpResponse:
    """The staff writes what a parent told them."""
    convention = get_object_or_404(
        Convention.objects.visible_to(request.user).select_related("campaign", "pupil"), public_id=public_id
    )
    form = StaffOppositionForm(request.POST)
    form.is_valid()
    guardian = get_object_or_404(Guardian, public_id=form.cleaned_data.get("guardian"))
    reason = form.cleaned_data.get("reason", "")
    try:
        oppose(convention=convention, guardian=guardian, reason=reason, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Recorded: nobody can sign, and a request follows it up."))
    return redirect("loans:convention", public_id=convention.public_id)


@roles_allowed(*ASKERS)
@require_POST
def lift_one(request: HttpRequest, public_id: Any) -> HttpResponse:
    """A person lifts it, and says why."""
    seen = Convention.objects.visible_to(request.user)
    opposition = get_object_or_404(
        Opposition, Exists(seen.filter(pupil=OuterRef("pupil"))), public_id=public_id
    )
    form = StaffOppositionForm(request.POST)
    form.is_valid()
    try:
        reason = form.cleaned_data.get("reason", "")
        lift(opposition=opposition, reason=reason, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Lifted: the convention is again where it was."))
    return redirect("loans:convention", public_id=opposition.convention.public_id)
