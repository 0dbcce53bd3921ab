"""What an import replaces is noted by PostgreSQL while the import is applied, so that it can be undone one day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from schools.imports.context import SchoolRun


@contextmanager
def noted(school_run: SchoolRun) -> Iterator[None]:
    """Between here and there, the values that UPDATEs replace become ImportValue rows of this import.

    Inserted rows leave none: new enrolments have their EnrolmentChange, new links a number above `links_before`.
    """
    school_run.later(_BEGIN)
    yield
    school_run.execute(_END)  # with whatever still waits to leave


_BEGIN = """
UPDATE schools_enrolmentimport
SET links_before = COALESCE((SELECT max(id) FROM schools_guardianship), 0) WHERE id = %(import)s
RETURNING set_config('cartable.enrolment_import', id::text, true)
"""

_END = "SELECT set_config('cartable.enrolment_import', '', true)"
