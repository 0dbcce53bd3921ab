"""What a browser says of itself, for the proof."""

from django.http import HttpRequest

from core.evidence import Trace
from core.languages import current_language


def trace_of(request: HttpRequest) -> Trace:
    address = request.META.get("REMOTE_ADDR") or None
    return Trace(address, request.headers.get("User-Agent", ""), current_language().code)
