"""One EnrolmentImport row for each school's files: what they said, what was wrong, what became of them."""

from __future__ import annotations

from django.utils import timezone

from core.files import store_bytes
from core.findings import Findings, Level
from core.models import StoredFile
from schools.enums import FindingLevel, ImportState
from schools.imports.context import Run
from schools.imports.receiving import Bundle
from schools.imports.report import SchoolReport
from schools.models import EnrolmentImport, ImportFinding, School
from schools.sources.rows import Roll


FILE_KIND = "enrolment-file"
_LEVELS = {
    Level.REFUSAL: FindingLevel.BLOCKING,
    Level.BLOCKING: FindingLevel.BLOCKING,
    Level.WARNING: FindingLevel.WARNING,
    Level.NOTE: FindingLevel.NOTE,
}


def record(
    run: Run, bundle: Bundle, report: SchoolReport, *, school: School | None, roll: Roll | None
) -> EnrolmentImport:
    """Keep the import, its findings folded, and the files themselves when they were or may be applied."""
    exported_at = roll.header.exported_at if roll else None
    row = EnrolmentImport.objects.create(
        campaign=run.campaign,
        school=school,
        uai=bundle.uai[:8],
        source=bundle.source,
        state=report.state,
        content_sha256=bundle.sha256,
        exported_at=timezone.make_aware(exported_at) if exported_at else None,
        received_at=run.at,
        received_by=run.by,
        for_date=run.on,
        counts=report.counts.as_json(),
        hold_reasons=report.hold_reasons,
        refusal=report.refusal,
        applied_at=run.at if report.state == ImportState.APPLIED else None,
    )
    keep_findings(row, report.findings)
    if report.state in {ImportState.APPLIED, ImportState.HELD} and not run.dry_run:
        row.files.set(_store(bundle))
    return row


def keep_findings(row: EnrolmentImport, findings: Findings) -> None:
    """Replace the findings of this import."""
    row.findings.all().delete()
    ImportFinding.objects.bulk_create(
        ImportFinding(
            enrolment_import=row,
            code=finding.code,
            level=_LEVELS[finding.level],
            sentence=finding.sentence,
            remedy=finding.remedy,
            places=finding.places,
            repeat_count=finding.count,
        )
        for finding in findings
    )


def _store(bundle: Bundle) -> list[StoredFile]:
    return [
        store_bytes(
            document.data, kind=FILE_KIND, name=document.file_name, content_type=document.content_type
        )
        for document in bundle.documents()
    ]
