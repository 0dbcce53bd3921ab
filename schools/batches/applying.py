"""What was shown is what is applied: the same bytes, the same differences, or nothing."""

from __future__ import annotations

from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, OperationalError, transaction

from schools.batches.reading import differences_of, digest_of
from schools.enums import BatchSchoolState
from schools.imports import tell_breakdown
from schools.imports.bundles import Bundle
from schools.imports.context import Run
from schools.imports.one_school import import_bundle
from schools.imports.report import SchoolReport
from schools.imports.statistics import look_at_filled_tables
from schools.models import BatchSchool


ATTEMPTS = 3


class Moved(Exception):
    """The import would not do what was shown: the base, or the day, changed meanwhile."""


def apply_school(row: BatchSchool, run: Run, bundle: Bundle) -> None:
    """Import this school's files for good, with its line of the batch, in one transaction.

    When they would no longer do what was shown, nothing is written and the line says so.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                report = _import_as_shown(row, run, bundle)
                _write(row, report)
            look_at_filled_tables(report)
            return
        except SoftTimeLimitExceeded:
            raise
        except Moved:
            row.state = BatchSchoolState.MOVED
            row.save(update_fields=["state"])
            return
        except Exception as error:
            if attempt < ATTEMPTS and isinstance(error, IntegrityError | OperationalError):
                continue
            with transaction.atomic():
                _write(row, tell_breakdown(run, bundle, error))
            return


def _import_as_shown(row: BatchSchool, run: Run, bundle: Bundle) -> SchoolReport:
    if bundle.sha256 != row.content_sha256:
        raise Moved
    report = import_bundle(run, bundle)
    if report.state != row.outcome or digest_of(differences_of(run, bundle, report)) != row.digest:
        raise Moved
    return report


def _write(row: BatchSchool, report: SchoolReport) -> None:
    row.state = BatchSchoolState.DONE
    row.outcome = report.state
    row.counts = report.counts.as_json()
    row.enrolment_import_id = report.import_id
    row.preview = {}
    row.save()
