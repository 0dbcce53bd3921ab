"""One EnrolmentImport row for each school's files: what they said, what was wrong, what became of them."""

from __future__ import annotations

from django.utils import timezone

from core.files import write_bytes
from core.findings import Findings, FoldedFinding, Level
from core.models import StoredFile
from schools.enums import FindingLevel, ImportState
from schools.imports.bundles import Bundle
from schools.imports.context import Run
from schools.imports.report import SchoolReport
from schools.models import EnrolmentImport, ImportFinding, School
from schools.sources.rows import Document, Roll


FILE_KIND = "enrolment-file"
_LEVELS = {
    Level.REFUSAL: FindingLevel.BLOCKING,
    Level.BLOCKING: FindingLevel.BLOCKING,
    Level.WARNING: FindingLevel.WARNING,
    Level.NOTE: FindingLevel.NOTE,
}


def record(
    run: Run,
    bundle: Bundle,
    report: SchoolReport,
    *,
    school: School | None,
    roll: Roll | None,
    fingerprint: str = "",
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
        fingerprint=fingerprint,
        applied_at=run.at if report.state == ImportState.APPLIED else None,
    )
    if report.state != ImportState.APPLIED:  # those of an import to be applied are known at its end
        keep_findings(row, report.findings)
    if report.state in {ImportState.APPLIED, ImportState.HELD} and not run.dry_run:
        _keep_files(row, bundle)
    return row


def findings_of(row: EnrolmentImport) -> Findings:
    """The findings kept with an import, as they were found."""
    findings = Findings()
    for kept in row.findings.order_by("pk"):
        folded = FoldedFinding(kept.code, Level(kept.level), kept.sentence, kept.remedy)
        folded.count, folded.places = kept.repeat_count, kept.places or []
        findings.add_folded(folded)
    return findings


def keep_findings(row: EnrolmentImport, findings: Findings) -> None:
    """Write the findings of this import."""
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


def _keep_files(row: EnrolmentImport, bundle: Bundle) -> None:
    links = EnrolmentImport.files.through
    files = StoredFile.objects.bulk_create(_written(document) for document in bundle.documents())
    links.objects.bulk_create(links(enrolmentimport=row, storedfile=file) for file in files)


def _written(document: Document) -> StoredFile:
    return write_bytes(
        document.data,
        kind=FILE_KIND,
        name=document.file_name,
        content_type=document.content_type,
        sha256=document.sha256,
    )
