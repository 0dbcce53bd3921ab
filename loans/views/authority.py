"""The page where the Region says who signs the convention for it: looked at first, then set."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import roles_allowed
from accounts.enums import Role
from core.refusals import Refused
from loans.authority import sign_for_authority
from loans.forms.texts import AuthoritySignatureForm
from loans.models import AuthoritySignature
from loans.publishing import parties_of
from programmes.models import Campaign


@roles_allowed(Role.REGION)
def authority_signature(request: HttpRequest, slug: str) -> HttpResponse:
    """Fill in, look, set."""
    campaign = get_object_or_404(Campaign.objects.with_rules(), slug=slug)
    if request.method != "POST":
        return _page(request, campaign, AuthoritySignatureForm.for_campaign(campaign))
    form = AuthoritySignatureForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, campaign, form, status=422)
    try:
        return _set(request, campaign, form) if "set" in request.POST else _look(request, campaign, form)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, campaign, form, status=422)


def _look(request: HttpRequest, campaign: Campaign, form: AuthoritySignatureForm) -> HttpResponse:
    image = form.stored_image()
    facts = form.cleaned_data
    shown = AuthoritySignature(
        signer_name=facts["name"],
        signer_title=facts["title"],
        power=facts["power"],
        signed_on=facts["signed_on"],
        image=image,
    )
    carried = {name: facts[name] for name in ("name", "title", "power")} | {
        "signed_on": facts["signed_on"].isoformat(),
        "kept": shown.image_token,
    }
    return _page(request, campaign, AuthoritySignatureForm(initial=carried), shown=shown, carried=carried)


def _set(request: HttpRequest, campaign: Campaign, form: AuthoritySignatureForm) -> HttpResponse:
    facts, now = form.cleaned_data, timezone.now()
    sign_for_authority(
        campaign=campaign,
        name=facts["name"],
        title=facts["title"],
        power=facts["power"],
        signed_on=facts["signed_on"],
        image=form.stored_image(),
        by=request.user,
        at=now,
        on=timezone.localdate(now),
    )
    messages.success(request, _("The convention now bears this signature. Nobody has to sign again."))
    return redirect("loans:campaign_texts", campaign.slug)


def _page(
    request: HttpRequest, campaign: Campaign, form: AuthoritySignatureForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"campaign": campaign, "form": form, "lender": parties_of(campaign).lender} | more
    return render(request, "loans/authority_signature.html", context, status=status)
