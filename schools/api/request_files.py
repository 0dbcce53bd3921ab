"""The files of a request: one as its body, or several as a form, with names that say what they are."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from core.files import MEGABYTE
from schools.api.answers import Problem
from schools.feeds.deliveries import File
from schools.feeds.enums import UseOutcome


LIMIT = 50 * MEGABYTE
"""What a proxy is told to accept (docs/operations.md); a school's set of files weighs about 15 MB unzipped."""

FORM_MARGIN = MEGABYTE  # the boundaries and names of a multipart form
RAW_TYPES = {
    "application/zip": "zip",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/json": "json",
}


class RawFileParser(BaseParser):
    """The body is the file."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return {"raw": stream.read(LIMIT + 1)}


def files_of(request: Request) -> list[File]:
    """The files of a form or the one that is the body, with names that say what they are. Raises Problem."""
    if length_of(request) > LIMIT + FORM_MARGIN:
        raise _too_large()
    school = request.query_params.get("etablissement", "")
    mark = f"{school}_" if school else ""
    if "raw" in request.data:
        files = [(f"{mark}envoi.{_ending(request)}", request.data["raw"])]
    else:
        sent = [file for name in request.FILES for file in request.FILES.getlist(name)]
        files = [(f"{mark}{file.name}", file.read()) for file in sent]
    if sum(len(content) for _name, content in files) > LIMIT:
        raise _too_large()
    if not any(content for _name, content in files):
        raise Problem(UseOutcome.UNREADABLE, "file_empty", _("No file came with this request."))
    return files


def _ending(request: Request) -> str:
    kind = (request.content_type or "").partition(";")[0].strip().lower()
    if kind not in RAW_TYPES:
        raise Problem(
            UseOutcome.UNREADABLE,
            "wrong_kind",
            _("Send a zip, XML or JSON file, or a form of several files (Content-Type says which)."),
        )
    return RAW_TYPES[kind]


def _too_large() -> Problem:
    return Problem(
        UseOutcome.TOO_LARGE,
        "too_large",
        _("More than %(size)d MB: send the schools one by one, zipped.") % {"size": LIMIT // MEGABYTE},
    )


def length_of(request: Request) -> int:
    """What the request says it weighs, in bytes."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0
