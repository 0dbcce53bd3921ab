"""The way in: the link's token is seen once, goes into a signed cookie and out of the address (trust 11).

No GET writes anything but the « seen » stamp: no session row, nothing a scanner could do.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.limits import GUESSES_SPAN, may_guess
from core.secret_addresses import hides_its_address
from loans.asking_again import may_ask, why_closed
from loans.links import find_link, get_link, link_problem, stamp_seen
from loans.models import SigningLink
from loans.rereading import changes_since
from loans.views.family.compressing import compressed
from loans.views.family.frame import frame_of
from loans.views.family.languages import answered_in_language, offered_to


COOKIE = "cartable_lien"
SALT = "loans.family"
COOKIE_AGE = 2 * 3600  # seconds; then the message is opened again
READ = "loans.family.link"  # where a request keeps what its cookie holds


@login_not_required
@never_cache
@require_safe
@hides_its_address
def open_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Put the link into a cookie and go to an address without a secret."""
    link = find_link(token)
    if link is None:
        return _unknown(request)
    if request.method == "GET":
        stamp_seen(link, timezone.now())
    return remember_link(redirect("loans:family"), link, checked=False)


def _unknown(request: HttpRequest) -> HttpResponseBase:
    """No such link; who tries many waits (trust 5)."""
    status = 404 if may_guess(request, "link") else 429
    context = {"too_many": status == 429}
    response = answered_in_language(
        request,
        offered_to(None),
        lambda: render(request, "loans/family/unknown.html", context, status=status),
    )
    if status == 429:
        response["Retry-After"] = str(GUESSES_SPAN)
    return response


def remember_link(
    response: HttpResponse, link: SigningLink, *, checked: bool, code: int | None = None
) -> HttpResponse:
    """Put into the cookie which link this is, whether the date of birth was right, and which code was."""
    response.set_cookie(
        COOKIE,
        signing.dumps({"link": link.pk, "checked": checked, "code": code}, salt=SALT),
        max_age=COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def linked(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give a family's page its `link` and whether the date of birth was `checked`; else say how to come back.

    The page is made in the reader's language, and compressed.
    """

    @login_not_required
    @never_cache
    @compressed
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        link, checked = _link_of(request)

        def answer() -> HttpResponseBase:
            if link is None:
                return render(request, "loans/family/no_link.html", status=403)
            problem = link_problem(link, timezone.now())
            if problem:
                context = {"problem": problem, "sentence": why_closed(link, problem)} | frame_of(link)
                context["may_ask"] = may_ask(link, timezone.now())
                if problem == "closed" and checked:
                    context["changes"] = changes_since(link.convention, link.convention.text.sha256)
                return render(request, "loans/family/problem.html", context, status=410)
            return view(request, link, checked, *args, **kwargs)

        return answered_in_language(request, offered_to(link), answer)

    return guarded


def checked_link(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A family's page shown only once the date of birth was given."""

    @linked
    @wraps(view)
    def guarded(
        request: HttpRequest, link: SigningLink, checked: bool, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if not checked:
            return redirect("loans:family")
        return view(request, link, *args, **kwargs)

    return guarded


def _link_of(request: HttpRequest) -> tuple[SigningLink | None, bool]:
    kept = _kept(request)
    return (get_link(kept["link"]), kept["checked"]) if kept else (None, False)


def link_held(request: HttpRequest) -> SigningLink | None:
    """The link this browser holds, closed or not."""
    return _link_of(request)[0]


def code_of(request: HttpRequest) -> int | None:
    """The single-use code this browser gave, if any."""
    return _kept(request).get("code")


def _kept(request: HttpRequest) -> dict[str, Any]:
    """What the cookie holds, its signature checked once a request."""
    known: dict[str, Any] | None = request.META.get(READ)
    if known is None:
        try:
            known = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_AGE)
        except signing.BadSignature:
            known = {}
        request.META[READ] = known
    return known
