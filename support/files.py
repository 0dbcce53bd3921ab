"""Giving a kept file back, so that nothing in it can run in the browser."""

from urllib.parse import quote

from django.http import HttpResponse

from core.models import StoredFile


def file_response(stored: StoredFile) -> HttpResponse:
    """The exact bytes, to be saved or looked at in a sandbox, never kept by a shared computer."""
    response = HttpResponse(stored.read_bytes(), content_type=stored.content_type)
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(stored.name)}"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
