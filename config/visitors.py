"""What a stranger may send, and what a browser may keep of somebody's pages."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from core.files import MEGABYTE


LARGEST_OF_STRANGERS = 25 * MEGABYTE  # what a family or a checked PDF weighs, with its form


class StrangersSendLittle:
    """Who is not signed in cannot fill the disk: a larger request is refused before a byte of it is read.

    A view that measures its senders by itself says so: `measures_its_senders` (they show a token).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) <= LARGEST_OF_STRANGERS:
            return None
        if (
            getattr(getattr(view, "cls", None), "measures_its_senders", False)
            or request.user.is_authenticated
        ):
            return None
        return render(request, "413.html", {"limit": LARGEST_OF_STRANGERS // MEGABYTE}, status=413)


class StaffPagesAreNotKept:
    """On a school's shared computer, « back » shows nothing of whoever signed out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            request.session.accessed
            and request.user.is_authenticated
            and not response.has_header("Cache-Control")
        ):
            add_never_cache_headers(response)
        return response
