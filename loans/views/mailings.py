"""Mailings for the region: the list, the preview, who approves, how far it is, the stop button (N3, trust 58)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from accounts.models import User
from core.refusals import Refused
from loans.enums import MailingState
from loans.forms.mailings import MailingForm, ReasonForm
from loans.mailings.approving import approve_mailing, decline_mailing, launch_mailing
from loans.mailings.preparing import prepare_mailing, recount_mailing
from loans.mailings.progress import progress_chart, progress_of, reach_chart, steps_of
from loans.mailings.sample import sample_of
from loans.mailings.stopping import drop_mailing, resume_mailing, stop_mailing
from loans.models import Mailing
from programmes.models import Campaign


PAGE = 50
WITH_REASON: dict[str, tuple[Callable[..., Mailing], Any]] = {
    "renvoyer": (decline_mailing, gettext_lazy("Sent back with your remark. Nothing has left.")),
    "arreter": (stop_mailing, gettext_lazy("Stopped: nothing more leaves.")),
    "abandonner": (drop_mailing, gettext_lazy("Given up.")),
}
PLAIN: dict[str, tuple[Callable[..., Mailing], Any]] = {
    "lancer": (launch_mailing, gettext_lazy("Launched.")),
    "approuver": (approve_mailing, gettext_lazy("Approved: letters begin to leave.")),
    "reprendre": (resume_mailing, gettext_lazy("It goes on where it stopped.")),
}


@roles_allowed(Role.REGION)
@require_safe
def mailings(request: HttpRequest) -> HttpResponse:
    """What waits for somebody, then all that left, the latest first."""
    campaign = Campaign.objects.latest_known(timezone.localdate())
    if campaign is None:
        return render(request, "loans/no_campaign.html")
    found = _seen(request.user).filter(campaign=campaign)
    listed = found.exclude(messages_count=0).prefetch_related("schools")
    context = {
        "campaign": campaign,
        "page": Paginator(listed, PAGE).get_page(request.GET.get("page")),
        "to_decide": found.to_decide().prefetch_related("schools"),
        "rules": campaign.rule_tree.signature,
    }
    return render(request, "loans/mailings.html", context)


def _seen(user: User) -> QuerySet[Mailing]:
    seen = Mailing.objects.visible_to(user)
    return seen.select_related(
        "campaign__programme", "campaign__rules", "prepared_by", "asked_by", "approved_by"
    )


@roles_allowed(Role.REGION)
def prepare(request: HttpRequest) -> HttpResponse:
    """Choose who is written to; the preview follows, and nothing leaves."""
    at = timezone.now()
    on = timezone.localdate(at)
    campaign = Campaign.objects.current(on)
    if campaign is None:
        raise Http404
    form = MailingForm(request.POST or None, campaign=campaign)
    if request.method == "POST" and form.is_valid():
        try:
            made = prepare_mailing(campaign=campaign, by=request.user, on=on, at=at, **form.asked())
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("loans:mailing", public_id=made.public_id)
    return render(request, "loans/mailing_prepare.html", {"form": form, "campaign": campaign})


@roles_allowed(Role.REGION)
@require_safe
def mailing(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The preview: who, how many, who cannot be reached and why, the letter; then how far it is."""
    found = _find(request, public_id)
    lines = found.lines.select_related("school").order_by("school__name", "school__uai")
    context = {
        "page": Paginator(lines, PAGE).get_page(request.GET.get("page")),
        "reach": reach_chart(found),
        "sample": sample_of(found, at=timezone.now()),
        "steps": steps_of(found),
        "mine": found.state == MailingState.ASKED and found.asked_by_id == request.user.pk,
        "colleagues": _colleagues(request.user) if found.second_person else [],
        "rules": found.campaign.rule_tree.signature,
        **_moving(found),
    }
    return render(request, "loans/mailing.html", context)


@roles_allowed(Role.REGION)
@require_safe
def progress(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The moving part of that page, asked for again until all has left."""
    return render(request, "loans/_mailing_progress.html", _moving(_find(request, public_id)))


def _find(request: HttpRequest, public_id: UUID) -> Mailing:
    return get_object_or_404(_seen(request.user).prefetch_related("schools"), public_id=public_id)


def _moving(found: Mailing) -> dict[str, Any]:
    now = progress_of(found)
    return {"mailing": found, "progress": now, "chart": progress_chart(now)}


def _colleagues(user: User) -> QuerySet[User]:
    others = User.objects.filter(role=Role.REGION, is_active=True).exclude(pk=user.pk)
    return others.order_by("last_name", "pk")[:3]


@roles_allowed(Role.REGION)
@require_POST
def decide(request: HttpRequest, public_id: UUID, decision: str) -> HttpResponse:
    """Launch, approve, send back, stop, go on, give up."""
    found, at = _find(request, public_id), timezone.now()
    try:
        messages.success(request, _decided(request, found, decision, at))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("loans:mailing", public_id=public_id)


def _decided(request: HttpRequest, found: Mailing, decision: str, at: Any) -> str:
    if decision == "recompter":
        recount_mailing(mailing=found, by=request.user, on=timezone.localdate(at), at=at)
        return _("Counted again: this is the preview of today.")
    if decision in PLAIN:
        act, done = PLAIN[decision]
        act(mailing=found, by=request.user, at=at)
        return str(done)
    act, done = WITH_REASON[decision]
    form = ReasonForm(request.POST)
    form.is_valid()
    act(mailing=found, by=request.user, at=at, reason=form.cleaned_data.get("reason", ""))
    return str(done)
