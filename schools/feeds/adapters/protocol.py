"""What every service's adapter offers."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from schools.feeds.adapters.asking import Access, Asker
from schools.feeds.adapters.errors import NotReady, SourceFailed
from schools.sources import READERS
from schools.sources.refusals import SOURCE_ERROR, DocumentRefused
from schools.sources.sniff import document_from


File = tuple[str, bytes]


class Adapter(Protocol):
    """A service that knows the pupils of schools.

    `fetch` returns the files of one school for a school year (2026 for 2026-2027), ready to import, or [] when nothing
    changed since `since` and the service can tell. `at` dates an answer that does not date itself.
    Raises a `FeedError`: RefusedCredentials, NotReady, SourceFailed, Unreachable. Never returns an error as pupils.
    """

    name: str

    def __init__(self, access: Access, asker: Asker) -> None: ...

    def fetch(self, uai: str, year: int, *, at: datetime, since: datetime | None = None) -> list[File]: ...


def checked(name: str, data: bytes, *, uai: str, year: int) -> File:
    """The same file once its head says that it is of that school and year. Raises NotReady, SourceFailed."""
    try:
        document = document_from(name, data)
        reader = READERS.get(document.root)
        header = reader.read_header(document) if reader else None
    except DocumentRefused as refused:
        if refused.finding.code == SOURCE_ERROR.code:
            raise NotReady("source_error") from refused
        raise SourceFailed(refused.finding.code) from refused
    if header is None:
        raise SourceFailed("unknown_document")
    if header.uai and header.uai != uai:
        raise SourceFailed("another_school")
    if header.school_year and header.school_year != year:
        raise NotReady("another_year")
    return name, data
