"""The Content-Security-Policy of a page: put together once a process, but for the pages that have one of their own."""

from functools import cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


OF_ITS_OWN = frozenset({"_csp_config", "_csp_update", "_csp_replace", "_csp_exempt"})  # set by csp.decorators


class ContentPolicy(CSPMiddleware):
    """django-csp's, which puts the same words together for each answer."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not settings.DEBUG and OF_ITS_OWN.isdisjoint(vars(response)):
            response.headers.setdefault(HEADER, _policy())
            return response
        return super().process_response(request, response)


@cache
def _policy() -> str:
    return build_policy()
