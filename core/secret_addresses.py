"""Pages whose own address is a secret."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase


def hides_its_address(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """What the page asks for, here or elsewhere, is told the site and never the path (trust 11).

    Not `no-referrer`: a form posted from there would come from nowhere, and be refused as forged.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "strict-origin"
        return response

    return guarded
