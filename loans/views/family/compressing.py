"""Families' pages travel compressed: a phone on 3G pays for every byte. A PDF is compressed already.

Django masks the CSRF token anew in each answer and pads the compressed page at random: nothing can be guessed from its
length (BREACH).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


GZIP = GZipMiddleware(lambda request: HttpResponse())


def compressed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Compress the page this view answers with, when the browser accepts it."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            return GZIP.process_response(request, response)
        return response

    return answered
