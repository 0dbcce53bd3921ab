"""One school's files → what they would change: the real import, in a transaction that is undone at once."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.utils.translation import gettext as _

from core.findings import Finding, Findings, Level
from schools.enums import BatchSchoolState, ImportState
from schools.imports.bundles import Bundle
from schools.imports.context import Run, SchoolRun
from schools.imports.holding import difference_lines
from schools.imports.one_school import import_bundle
from schools.imports.report import SchoolReport
from schools.models import BatchSchool, ImportDifference, School
from schools.sources import catalogue
from schools.sources.rows import LEGAL, PupilRow, Roll


logger = logging.getLogger(__name__)

ROWS_SHOWN = 5
PEOPLE_SHOWN = 30
LINES_SHOWN = 200
PLACES_SHOWN = 50
Difference = Mapping[str, Any]


def read_school(row: BatchSchool, run: Run, bundle: Bundle) -> None:
    """Note what this school's files would change, what is wrong in them, and the first rows as understood."""
    report, differences = _try(replace(run, dry_run=True), bundle)
    row.state = BatchSchoolState.READ
    row.outcome = report.state
    row.name = report.name or row.name
    row.content_sha256 = bundle.sha256
    row.digest = digest_of(differences)
    row.counts = report.counts.as_json()
    row.preview = {
        "rows": _first_rows(bundle) if report.state != ImportState.REFUSED else [],
        "people": _people(differences),
        "reasons": report.hold_reasons,
        "findings": _folded(report.findings),
        "lines": _lines(report.findings),
        "refusal": report.refusal,
    }
    row.save()


def _try(run: Run, bundle: Bundle) -> tuple[SchoolReport, list[Difference]]:
    try:
        with transaction.atomic():
            report = import_bundle(run, bundle)
            differences = differences_of(run, bundle, report)
            transaction.set_rollback(True)
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:
        logger.error("The reading of %s broke down: %s", bundle.uai, type(error).__name__)
        bundle.findings.add(catalogue.BROKE_DOWN.at(bundle.uai))
        return SchoolReport(bundle.uai, ImportState.REFUSED, bundle.findings), []
    return report, differences


def differences_of(run: Run, bundle: Bundle, report: SchoolReport) -> list[Difference]:
    """Every line of what the import did or, held, would do; read in the import's own transaction."""
    if report.state == ImportState.HELD:
        held = ImportDifference.objects.filter(enrolment_import=report.import_id)
        return [dict(line) for line in held.values("kind", "name", "class_code", "field", "before", "after")]
    if report.state != ImportState.APPLIED:
        return []
    school = School.objects.get(uai=bundle.uai)
    school_run = SchoolRun(run=run, school=school, source=bundle.source, has_guardians=True)
    school_run.import_id = report.import_id
    return list(difference_lines(school_run))


def digest_of(differences: Iterable[Difference]) -> str:
    """The same differences, in whatever order, have the same digest."""
    lines = sorted(json.dumps(dict(line), sort_keys=True, ensure_ascii=False) for line in differences)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _people(differences: Iterable[Difference]) -> dict[str, dict[str, Any]]:
    """How many arrive, leave, change or are missing, and the first of them by name."""
    names: dict[str, dict[str, Difference]] = defaultdict(dict)
    for line in differences:
        names[line["kind"]].setdefault(f"{line['name']}/{line['class_code']}", line)
    return {
        kind: {"count": len(lines), "first": [_shown(line) for line in list(lines.values())[:PEOPLE_SHOWN]]}
        for kind, lines in names.items()
    }


def _shown(line: Difference) -> dict[str, str]:
    return {"name": line["name"], "class_code": line["class_code"]}


def _folded(findings: Findings) -> list[dict[str, Any]]:
    return [
        {
            "code": found.code,
            "level": found.level.value,
            "sentence": found.sentence,
            "remedy": found.remedy,
            "count": found.count,
            "places": found.places[:PLACES_SHOWN],
        }
        for found in sorted(findings, key=lambda found: (_ORDER.index(found.level.value), -found.count))
    ]


_ORDER = ["refusal", "blocking", "warning", "note"]


def _lines(findings: Findings) -> list[dict[str, Any]]:
    """What is wrong, line by line, for a table; what is only good to know is told by kind."""
    wrong = [found for found in findings.by_line() if found.level is not Level.NOTE]
    return [
        {
            "line": found.line,
            "level": found.level.value,
            "sentence": found.sentence,
            "place": _without_number(found),
            "remedy": found.remedy,
        }
        for found in wrong[:LINES_SHOWN]
    ]


def _without_number(found: Finding) -> str:
    """The place on the line: the number has its own column."""
    return found.place.removeprefix(_("line %(number)d") % {"number": found.line}).lstrip(" ,:\u00a0")


def _first_rows(bundle: Bundle) -> list[dict[str, Any]]:
    roll = bundle.read_roll()
    return [_row(pupil, roll) for pupil in roll.pupils[:ROWS_SHOWN]]


def _row(pupil: PupilRow, roll: Roll) -> dict[str, Any]:
    people = {person.source_id: person for person in roll.guardians}
    links = [link for link in roll.links if link.pupil_source_id == pupil.source_id and link.level == LEGAL]
    signers = [people[link.guardian_source_id] for link in links if link.guardian_source_id in people]
    return {
        "name": pupil.name,
        "birth_on": f"{pupil.birth_on:%d/%m/%Y}" if pupil.birth_on else "",
        "ine": pupil.ine,
        "class_code": pupil.class_code,
        "mef": pupil.mef,
        "guardians": [{"name": person.name, "email": person.email} for person in signers],
    }
