"""Machines that push files: their tokens, each use of them, and the files nobody could read (region only)."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from core.refusals import Refused
from schools.feeds.deliveries import deal_with
from schools.feeds.enums import DeliveryState
from schools.feeds.forms import DealtWithForm, TokenForm
from schools.feeds.tokens import make_token, revoke_token
from schools.models import FeedDelivery, FeedToken


PAGE_SIZE = 30


@roles_allowed(Role.REGION)
@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """Who may push files; a POST makes a token and shows it, this once (N1)."""
    form = TokenForm(request.POST or None)
    if form.is_valid():
        try:
            token, text = make_token(**form.wanted, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error("expires_on" if refusal.code == "token_too_long" else "uais", refusal.sentence)
        else:
            address = settings.SITE_URL + reverse("schools:api_push")
            shown = {"token": token, "text": text, "address": address, **tabs("tokens")}
            return render(request, "schools/feeds/token_made.html", shown)
    found = FeedToken.objects.prefetch_related("schools").select_related("created_by")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [{"token": token, "is_open": token.is_open(now)} for token in page]
    context = {"form": form, "page": page, "rows": rows, **tabs("tokens")}
    return render(request, "schools/feeds/tokens.html", context)


@roles_allowed(Role.REGION)
@require_safe
def token(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One token: its scope, every use of it."""
    found = get_object_or_404(
        FeedToken.objects.select_related("created_by", "revoked_by"), public_id=public_id
    )
    uses = found.uses.select_related("delivery")
    context = {
        "token": found,
        "is_open": found.is_open(timezone.now()),
        "schools": found.schools.order_by("name"),
        "page": Paginator(uses, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "schools/feeds/token.html", context)


@roles_allowed(Role.REGION)
@require_POST
def revoke(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The token is refused from now on."""
    found = get_object_or_404(FeedToken, public_id=public_id)
    revoke_token(token=found, by=request.user, at=timezone.now())
    messages.success(request, _("The token “%(name)s” is revoked.") % {"name": found.name})
    return redirect("schools:feed_tokens")


@roles_allowed(Role.REGION)
@require_safe
def set_aside(request: HttpRequest) -> HttpResponse:
    """Files that came by themselves and that nobody could read: what is wrong, and what to do."""
    found = FeedDelivery.objects.set_aside().prefetch_related("files")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "schools/feeds/set_aside.html", {"page": page, **tabs("set_aside")})


@roles_allowed(Role.REGION)
@require_http_methods(["GET", "POST"])
def delivery(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Files set aside; a POST says what somebody did about them, and they leave the list."""
    found = get_object_or_404(FeedDelivery.objects.prefetch_related("files", "log__by"), public_id=public_id)
    form = DealtWithForm(request.POST or None)
    if form.is_valid():
        try:
            deal_with(
                delivery=found, by=request.user, at=timezone.now(), comment=form.cleaned_data["comment"]
            )
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("Noted. These files leave the list."))
        return redirect("schools:feed_set_aside")
    context = {
        "delivery": found,
        "form": form,
        "imports": found.imports.select_related("school"),
        "is_waiting": found.state == DeliveryState.SET_ASIDE,
    }
    return render(request, "schools/feeds/delivery.html", context)


def tabs(current: str) -> dict[str, Any]:
    """The three ways in as tabs; how many files wait for a person."""
    return {"current": current, "set_aside_count": FeedDelivery.objects.set_aside().count()}
