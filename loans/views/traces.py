"""What a browser says of itself, for the proof."""

from django.http import HttpRequest

from core.evidence import Trace


def trace_of(request: HttpRequest) -> Trace:
    return Trace(request.META.get("REMOTE_ADDR") or None, request.headers.get("User-Agent", ""))
