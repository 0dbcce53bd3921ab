"""The import of one school's files, from the sealed bundle to the report."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from functools import partial
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from schools.eligibility import assess_enrolments
from schools.enums import ImportState
from schools.imports.bundles import Bundle
from schools.imports.case import (
    Case,
    earlier,
    end,
    expectations,
    is_overtaken,
    is_rejected_already,
    report_of,
    row_of,
    school_run_of,
)
from schools.imports.context import Run, SchoolRun
from schools.imports.deltas import make_whole
from schools.imports.enrolments import apply_enrolments, enrolled_elsewhere, write_changes
from schools.imports.guard import compare
from schools.imports.holding import claim_region_share, keep_differences, reasons_against
from schools.imports.levels import know_levels
from schools.imports.locking import locked_school
from schools.imports.matching import create_pupils, match_pupils
from schools.imports.merging import propose_merges
from schools.imports.noting import noted
from schools.imports.people import apply_guardians, apply_pupils
from schools.imports.recording import findings_of, keep_findings
from schools.imports.report import Counts, SchoolReport
from schools.imports.staging import stage
from schools.imports.statistics import find_by_keys
from schools.imports.unchanged import said_already, steadiness_of
from schools.models import EnrolmentImport
from schools.sources import catalogue
from schools.sources.checks import Expectations, check_roll, set_aside
from schools.sources.refusals import DocumentRefused
from schools.sources.rows import Roll


ATTEMPTS = 3


def import_bundle(run: Run, bundle: Bundle, *, held: EnrolmentImport | None = None) -> SchoolReport:
    """Read, check, then apply or hold what came for one school.

    `held` is the import a person just accepted: it is applied whatever the guard thinks, in its own row.
    Two schools that write the same pupil at once may collide: the loser starts again.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with _uncollected(), transaction.atomic():
                find_by_keys()
                return _import(Case(run, bundle, held, findings=deepcopy(bundle.findings)))
        except (IntegrityError, OperationalError):
            if attempt == ATTEMPTS or connection.in_atomic_block:
                raise
    raise AssertionError("unreachable")


@contextmanager
def _uncollected() -> Iterator[None]:
    """A school's rows are thousands of objects that all stay: Python need not look among them for what does not."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _import(case: Case) -> SchoolReport:
    uai = case.run.expected_uai or case.bundle.uai
    case.school, case.has_history = locked_school(uai, case.run.campaign)
    if _says_it_again(case):
        return end(case, ImportState.UNCHANGED)
    expected = _read(case)
    if case.roll is None or case.school is None or expected is None or case.findings.refusals:
        return end(case, ImportState.REFUSED)
    waiting = earlier(case, ImportState.HELD).first()
    if case.held is None and waiting is not None:
        return _still_held(case, waiting)
    if earlier(case, ImportState.APPLIED).exists() or is_rejected_already(case):
        return end(case, ImportState.UNCHANGED)
    if is_overtaken(case):
        if earlier(case, ImportState.UNCHANGED).exclude(fingerprint="").exists():
            return end(case, ImportState.UNCHANGED)
        case.findings.add(catalogue.OLDER_FILE.at(f"{case.roll.header.exported_at:%d/%m/%Y %H:%M}"))
        return end(case, ImportState.REFUSED)
    return _apply_or_hold(case, school_run_of(case, case.school, case.roll, expected), expected)


def _says_it_again(case: Case) -> bool:
    """Whether the files say what the last ones said, in the same circumstances: they are not read further."""
    if case.school is None or case.held is not None or case.findings.counts() or not case.has_history:
        return False
    said = said_already(case.run, case.bundle, case.school, expectations(case.run, frozenset()))
    if said is None:
        return False
    last, header = said
    case.roll = Roll(header, frozenset())
    case.findings = findings_of(last)
    case.counts = Counts(listed=last.counts["listed"], enrolled=last.counts["enrolled"])
    case.fingerprint = last.fingerprint
    return True


def _read(case: Case) -> Expectations | None:
    """Read the documents to their end, check everything that needs no base."""
    if case.findings.refusals or not case.bundle.envelopes:
        return None
    try:
        roll = case.bundle.read_roll()
        roll, deduced = know_levels(roll if roll.is_complete else make_whole(roll, case.run))
    except DocumentRefused as refused:
        case.findings.add(refused.finding)
        return None
    expected = expectations(case.run, deduced)
    case.roll = roll
    case.findings.wording = case.bundle.envelopes[0].reader.wording
    case.findings.extend(roll.findings)
    aside = set_aside(roll)
    case.findings.extend(check_roll(roll, expected, aside))
    if case.school is None:
        case.findings.add(catalogue.UNKNOWN_SCHOOL.at(roll.header.uai))
    case.unusable = {pupil.source_id for pupil, _kind in aside}
    case.counts.listed = len(roll.pupils)
    case.counts.enrolled = sum(pupil.is_schooled(case.run.on) for pupil in roll.pupils)
    return expected


def _apply_or_hold(case: Case, school_run: SchoolRun, expected: Expectations) -> SchoolReport:
    assert case.roll is not None  # noqa: S101 - `_import` saw to it
    stage(case.roll, unusable=case.unusable, on=case.run.on)
    case.findings.extend(match_pupils(school_run))
    facts = case.facts = compare(school_run, listed=len(case.roll.pupils), set_aside=len(case.unusable))
    reasons = [] if case.held else [*case.roll.doubts, *reasons_against(school_run, facts)]
    if case.held is None and earlier(case, ImportState.REVERTED).exists():
        reasons.append(_("These very files were applied once, then undone."))
    if reasons:
        return _hold(case, school_run, reasons)
    row = case.held or row_of(case, ImportState.APPLIED)
    school_run.import_id = row.pk
    with noted(school_run):
        _apply(case, school_run)
    if not school_run.known.nobody:
        assess_enrolments(campaign=case.run.campaign, school=school_run.school, on=case.run.on)
    _finish_row(
        case, row, steadiness_of(school_run, case.bundle, case.roll, expected, case.findings.counts())
    )
    _drop_overtaken(case, row)
    claim_region_share(school_run, facts)
    return report_of(case, ImportState.APPLIED, row)


def _hold(case: Case, school_run: SchoolRun, reasons: list[str]) -> SchoolReport:
    """The file waits, with what it would do; tried on a copy of the case, whose figures are not those of the report."""
    row = row_of(case, ImportState.HELD, reasons)
    _note_facts(case, row)
    trial = replace(case, findings=deepcopy(case.findings), counts=replace(case.counts))
    keep_differences(school_run, row, partial(_apply, trial, school_run))
    return report_of(case, ImportState.HELD, row, reasons)


def _note_facts(case: Case, row: EnrolmentImport, **more: Any) -> None:
    if case.facts:
        more |= {"enrolled_count": case.facts.enrolled, "removed_count": case.facts.removed}
    EnrolmentImport.objects.filter(pk=row.pk).update(counts=row.counts, **more)


def _apply(case: Case, school_run: SchoolRun) -> None:
    twins = create_pupils(school_run)
    case.findings.extend(twins)
    propose_merges(school_run, alike=bool(twins))
    apply_enrolments(school_run, case.counts)
    case.findings.extend(enrolled_elsewhere(school_run))
    apply_pupils(school_run, case.counts)
    apply_guardians(school_run, case.counts)
    write_changes(school_run)


def _finish_row(case: Case, row: EnrolmentImport, steadiness: dict[str, Any]) -> None:
    """The figures and findings known only once all was applied."""
    row.counts = case.counts.as_json()
    _note_facts(case, row, **steadiness)
    if case.held is not None:
        row.findings.all().delete()
    keep_findings(row, case.findings)
    if case.held is not None:
        run = case.run
        row.move_to(ImportState.APPLIED, by=run.by, at=run.at, comment=run.comment, applied_at=run.at)


def _drop_overtaken(case: Case, row: EnrolmentImport) -> None:
    """A file still held is overtaken by the one just applied, unless that one only tells a few changes."""
    if case.roll is None or not case.roll.is_complete or not case.has_history:
        return
    held = EnrolmentImport.objects.select_for_update(of=("self",)).held()
    for other in held.filter(school=case.school, campaign=case.run.campaign).exclude(pk=row.pk):
        other.move_to(
            ImportState.REJECTED,
            by=case.run.by,
            at=case.run.at,
            comment=_("Another file of this school was applied since."),
        )


def _still_held(case: Case, waiting: EnrolmentImport) -> SchoolReport:
    return report_of(case, ImportState.HELD, waiting, list(waiting.hold_reasons))
