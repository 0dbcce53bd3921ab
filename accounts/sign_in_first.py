"""Who is not signed in signs in, then comes back to the page they were on.

A session ends while a form is open: the address of the form's answer opens no page by itself, and a fragment that a
page asks for is no place for a sign-in page.
"""

from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect


SAFE = ("GET", "HEAD", "OPTIONS")


class SignInFirst(LoginRequiredMiddleware):
    """Django's own, for whoever opens a page; what was sent is said to be lost, and the page it was on opens again."""

    def handle_no_permission(  # type: ignore[override]  # htmx is told to go there by a header, not by a redirect
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        is_fragment = bool(getattr(request, "htmx", False))
        if request.method in SAFE and not is_fragment:
            return super().handle_no_permission(request, view_func)
        if request.method not in SAFE:
            messages.warning(
                request, _("Your session had ended: nothing was saved. Sign in, then do it once more.")
            )
        answer = redirect_to_login(_page_of(request), self.get_login_url(view_func))
        return HttpResponseClientRedirect(answer.url) if is_fragment else answer


def _page_of(request: HttpRequest) -> str:
    """The address, on this site, of the page the visitor was on; the first page where the browser does not say."""
    shown = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(
        shown, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return "/"
    address = urlsplit(shown)
    return urlunsplit(("", "", address.path or "/", address.query, ""))
