"""PDFs: a template and a print stylesheet through one function, reading nothing but our own static files."""

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import HTML, Document
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse


STATIC_SCHEME = "static:"


class CannotRender(Exception):
    """The page asks for something that is not ours to give: an address of the network, a file that is not there."""


class StaticFetcher(URLFetcher):
    """Only `static:` addresses (our built files) and `data:` images; everything else is refused (trust 94)."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data", "static"}, fail_on_errors=True)

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if not url.startswith(STATIC_SCHEME):
            return super().fetch(url, headers)
        path = static_path(url)
        return URLFetcherResponse(url, body=path.read_bytes(), headers={"Content-Type": content_type(path)})


def content_type(path: Path) -> str:
    """WeasyPrint ignores a style sheet that does not say it is one."""
    return mimetypes.guess_type(path)[0] or "application/octet-stream"


def static_path(url: str) -> Path:
    """The file behind `static:dist/pdf.css`; raises ValueError for a path outside the static folders."""
    relative = unquote(urlsplit(url).path).lstrip("/")
    for folder in [Path(settings.STATIC_ROOT), *map(Path, settings.STATICFILES_DIRS)]:
        path = (folder / relative).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            return path
    raise ValueError(f"No static file {relative}")


def render_pdf(template: str, context: dict[str, Any]) -> bytes:
    """Render a template to a tagged PDF (PDF/UA-1), fonts embedded from our own files."""
    return render_html_pdf(render_to_string(template, context))


def render_html_pdf(html: str) -> bytes:
    """The tagged PDF of a whole HTML page. Raises CannotRender."""
    with _as_exception():
        return _html(html).write_pdf(pdf_variant="pdf/ua-1")


def page_of(html: str) -> Document:
    """A whole HTML page laid out, before it is written. Raises CannotRender."""
    with _as_exception():
        return _html(html).render(pdf_variant="pdf/ua-1")


def _html(html: str) -> HTML:
    return HTML(string=html, base_url=STATIC_SCHEME, url_fetcher=StaticFetcher())


@contextmanager
def _as_exception() -> Iterator[None]:
    """WeasyPrint raises a BaseException, that would end a worker's whole batch, or a web thread."""
    try:
        yield
    except FatalURLFetchingError as error:
        raise CannotRender(str(error)) from error
