"""Enrolment files → pupils, guardians and enrolments. This page is the table of contents.

    receiving    paths or bytes → one bundle of documents a school, safe to parse
    bundles      what came for one school: the latest of each kind
    owners       whose file it is, where its content does not say
    unchanged    do these files say what the last ones said? else
    sources      each document read to its end, then checked
    staging      the roll → temporary tables, by COPY
    matching     which pupil is each row of
    guard        should this file be believed? else it is held for a person
    enrolments   opened, updated, closed
    people       pupils and guardians brought up to date
    recording    the import, its findings, its files
    prepared     statements read and planned once a connection
    statistics   PostgreSQL told to go by the keys, and of tables that have doubled
    merging      two rows that may be one pupil: the question, and the schools' part of the answer
    holding      why a file waits, and line by line what it would do
    deciding     a person accepts or rejects a held file
    noting       what an import replaces, noted by PostgreSQL
    reverting    an applied import undone as one act, by a second person
    forgetting   what imports replaced, deleted when the rules say

One transaction a school, behind that school's lock: all of a file is applied or nothing is. The same file again is a
no-op, an older one is refused, and a pupil missing from a file is never deleted (DESIGN, invariant 5).
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction

from accounts.models import User
from programmes.models import Campaign
from schools.enums import ImportState
from schools.imports.bundles import Bundle, Told
from schools.imports.context import Run
from schools.imports.one_school import import_bundle
from schools.imports.receiving import receive_bytes, receive_paths
from schools.imports.recording import record
from schools.imports.report import ImportReport, SchoolReport
from schools.imports.statistics import keep_statistics
from schools.sources import catalogue


logger = logging.getLogger(__name__)

__all__ = ["ImportReport", "import_enrolments", "import_uploads", "tell_breakdown"]


def import_enrolments(
    *,
    paths: Iterable[Path],
    campaign: Campaign,
    by: User | None,
    at: datetime,
    on: date,
    dry_run: bool = False,
) -> ImportReport:
    """Import files, zips and folders into a campaign, school after school.

    Nothing raises for what the files hold: a school's file is applied, unchanged, held or refused, and the report says
    why. A dry run goes through everything and leaves the base as it was.
    """
    run = Run(campaign=campaign, by=by, at=at, on=on, dry_run=dry_run)
    return _import_bundles(run, receive_paths(paths, Told("", campaign.school_year)))


def import_uploads(
    *,
    files: Iterable[tuple[str, bytes]],
    campaign: Campaign,
    by: User | None,
    at: datetime,
    on: date,
    uai: str = "",
    dry_run: bool = False,
) -> ImportReport:
    """The same from an upload page: (name, content) pairs. `uai` is the only school the sender may speak for."""
    run = Run(campaign=campaign, by=by, at=at, on=on, dry_run=dry_run, expected_uai=uai)
    return _import_bundles(run, receive_bytes(files, Told(uai, campaign.school_year)))


def _import_bundles(run: Run, bundles: list[Bundle]) -> ImportReport:
    if not run.dry_run:
        return ImportReport(list(keep_statistics(_import_or_tell(run, bundle) for bundle in bundles)))
    with transaction.atomic():
        report = ImportReport([_import_or_tell(run, bundle) for bundle in bundles])
        transaction.set_rollback(True)
    return report


def _import_or_tell(run: Run, bundle: Bundle) -> SchoolReport:
    """One school whose import breaks down does not keep the others from theirs."""
    try:
        return import_bundle(run, bundle)
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:
        return tell_breakdown(run, bundle, error)
    finally:
        bundle.close()


def tell_breakdown(run: Run, bundle: Bundle, error: Exception) -> SchoolReport:
    """The refused import of a school whose import broke down, kept for a person to see; the log names no pupil."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    logger.error(
        "The import of %s broke down: %s (%s:%s)",
        bundle.uai,
        type(error).__name__,
        place.filename,
        place.lineno,
    )
    bundle.findings.add(catalogue.BROKE_DOWN.at(bundle.uai))
    report = SchoolReport(uai=bundle.uai, state=ImportState.REFUSED, findings=bundle.findings)
    with transaction.atomic():
        report.import_id = record(run, bundle, report, school=None, roll=None).pk
    return report
