"""Answering with bytes that were kept or just made."""

import io

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from PIL import Image

from core.models import StoredFile


def stored_answer(stored: StoredFile, *, as_attachment: bool) -> HttpResponse:
    """The very bytes kept, under the name they are known by."""
    return bytes_answer(stored.read_bytes(), stored.name, stored.content_type, as_attachment=as_attachment)


def bytes_answer(
    content: bytes, name: str, content_type: str = "application/pdf", *, as_attachment: bool = True
) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(as_attachment, name) or "attachment"}
    return HttpResponse(content, content_type=content_type, headers=headers)


def picture_answer(image: Image.Image) -> HttpResponse:
    drawn = io.BytesIO()
    image.save(drawn, format="PNG")
    return HttpResponse(drawn.getvalue(), content_type="image/png")
