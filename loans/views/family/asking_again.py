"""A link that is closed or lost: another one, sent to the address that is known."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from redis.exceptions import RedisError

from core.limits import is_allowed
from core.refusals import Refused
from core.rings import ring
from loans.asking_again import ask_new_link, send_lost_links
from loans.forms.family import LostLinkForm
from loans.models import SigningLink
from loans.views.family.entering import link_held
from loans.views.family.frame import frame_of
from loans.views.family.languages import answered_in_language, offered_to


ASKS, SPAN = 10, 3600  # of one visitor in so many seconds


@login_not_required
@never_cache
@require_POST
def renew(request: HttpRequest) -> HttpResponseBase:
    """From the page that says why a link is closed: one touch, nothing to write."""
    link = link_held(request)
    if link is None:
        return redirect("loans:family_lost")
    return answered_in_language(request, offered_to(link), lambda: _renewed(request, link))


def _renewed(request: HttpRequest, link: SigningLink) -> HttpResponse:
    at = timezone.now()
    try:
        ask_new_link(link=link, on=timezone.localdate(at), at=at)
    except Refused as refusal:
        context = {"refusal": refusal} | frame_of(link)
        return render(request, "loans/family/not_renewed.html", context, status=409)
    return render(request, "loans/family/renewed.html", frame_of(link))


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def lost(request: HttpRequest) -> HttpResponseBase:
    """No message any more: an address is written, and the answer is the same whether it is known or not.

    The work is a worker's, so that the time taken tells nothing either.
    """
    return answered_in_language(request, offered_to(None), lambda: _lost(request))


def _lost(request: HttpRequest) -> HttpResponse:
    form = LostLinkForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "languages": offered_to(None)}
    if not form.is_valid():
        return render(request, "loans/family/lost.html", context, status=422 if form.errors else 200)
    if not is_allowed("lost link", request.META.get("REMOTE_ADDR", ""), limit=ASKS, seconds=SPAN):
        return render(request, "loans/family/lost.html", context | {"too_many": True}, status=429)
    _look_for(form.cleaned_data["email"])
    return render(request, "loans/family/lost_asked.html", context)


def _look_for(email: str) -> None:
    try:
        ring("loans.tasks.send_lost_links_of", email)
    except RedisError:  # the broker is down: better late than never
        at = timezone.now()
        send_lost_links(email=email, on=timezone.localdate(at), at=at)
