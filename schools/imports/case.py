"""One attempt at one school's files: what is known of it, what came before it, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time

from django.db.models import QuerySet
from django.utils import timezone

from core.findings import Findings
from schools.enums import ImportState
from schools.imports.bundles import Bundle
from schools.imports.context import Run, SchoolRun
from schools.imports.recording import record
from schools.imports.report import Counts, SchoolReport
from schools.imports.rules import FileFacts
from schools.imports.unchanged import last_day_told, last_exported_at
from schools.models import EnrolmentImport, School
from schools.sources.checks import Expectations, is_too_old
from schools.sources.rows import Roll


@dataclass(slots=True)
class Case:
    """One attempt at one school's files, as it becomes known."""

    run: Run
    bundle: Bundle
    held: EnrolmentImport | None
    findings: Findings
    roll: Roll | None = None
    school: School | None = None
    counts: Counts = field(default_factory=Counts)
    facts: FileFacts | None = None
    unusable: set[str] = field(default_factory=set)
    fingerprint: str = ""
    has_history: bool = False


def files_before(case: Case) -> QuerySet[EnrolmentImport]:
    """What came for this school before, in this campaign."""
    return EnrolmentImport.objects.filter(school=case.school, campaign=case.run.campaign)


def earlier(case: Case, *states: ImportState) -> QuerySet[EnrolmentImport]:
    """The same files, that came before and ended in one of these states."""
    if not case.has_history:
        return EnrolmentImport.objects.none()
    return files_before(case).filter(content_sha256=case.bundle.sha256, state__in=states)


def is_rejected_already(case: Case) -> bool:
    """A person said no to these very files, or undid them: the night that finds them again does not ask again."""
    if case.run.by is not None or case.held is not None:
        return False
    return earlier(case, ImportState.REJECTED, ImportState.REVERTED).exists()


def _last_exported_at(case: Case) -> datetime | None:
    last = last_exported_at(case.run.campaign, case.school) if case.has_history else None
    return timezone.make_naive(last) if last else None


def is_overtaken(case: Case) -> bool:
    """Whether a file made later is already applied: yesterday's must not undo today's."""
    last, exported_at = _last_exported_at(case), case.roll.header.exported_at if case.roll else None
    return last is not None and exported_at is not None and exported_at < last


def expectations(run: Run, deduced: frozenset[str]) -> Expectations:
    """What the campaign asks of a file; `deduced` are the levels known from classes."""
    rules = run.campaign.rule_tree
    return Expectations(
        school_year=run.campaign.school_year,
        on=run.on,
        at=max(timezone.make_naive(run.at), datetime.combine(run.on, time.max)),
        levels=frozenset({*rules.population.entry_levels, *rules.population.mid_course_levels}),
        uai=run.expected_uai,
        max_age_days=rules.imports.max_age_days,
        deduced=deduced,
    )


def school_run_of(case: Case, school: School, roll: Roll, expected: Expectations) -> SchoolRun:
    """Absences count once for each day of export, never in the summer, never by a file too old to be believed."""
    on = case.run.on
    exported_on = roll.header.exported_at.date() if roll.header.exported_at else on
    last = last_day_told(case.run.campaign, school) if case.has_history else None
    is_silent = case.run.campaign.rule_tree.imports.is_silent(on)
    is_another_day = last is None or exported_on > last
    return SchoolRun(
        run=case.run,
        school=school,
        source=case.bundle.source,
        has_guardians=bool(roll.links),
        has_former_ines=any(pupil.other_ines for pupil in roll.pupils),
        counts_absences=roll.is_complete
        and is_another_day
        and not is_silent
        and not is_too_old(roll, expected),
        reads_departures=not is_silent,
        is_complete=roll.is_complete,
    )


def end(case: Case, state: ImportState, reasons: list[str] | None = None) -> SchoolReport:
    """Nothing is changed: what came is recorded, and told."""
    return report_of(case, state, row_of(case, state, reasons or []), reasons or [])


def row_of(case: Case, state: ImportState, reasons: list[str] | None = None) -> EnrolmentImport:
    """Its line in the history of imports."""
    return record(
        case.run,
        case.bundle,
        report_of(case, state, None, reasons or []),
        school=case.school,
        roll=case.roll,
        fingerprint=case.fingerprint,
    )


def report_of(
    case: Case, state: ImportState, row: EnrolmentImport | None, reasons: list[str] | None = None
) -> SchoolReport:
    """What is told of it to whoever sent it."""
    return SchoolReport(
        uai=case.bundle.uai,
        state=state,
        findings=case.findings,
        counts=case.counts,
        hold_reasons=reasons or [],
        import_id=row.pk if row else None,
        name=case.school.name if case.school else "",
    )
