"""Whose request is it? Behind our own proxies, REMOTE_ADDR is a proxy's: the pause after five wrong passwords and the
evidence of a signature need the visitor's.
"""

from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class VisitorAddress:
    """Sets REMOTE_ADDR from X-Forwarded-For, counted from the right: what a visitor wrote on the left is not believed.

    `TRUSTED_PROXIES` is how many proxies of ours add themselves to that header; with 0 it is ignored (trust 78).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        if 0 < settings.TRUSTED_PROXIES <= len(hops):
            with suppress(ValueError):
                request.META["REMOTE_ADDR"] = str(ip_address(hops[-settings.TRUSTED_PROXIES].strip()))
        return self.get_response(request)
