"""The night on which a school's base says again what it said: read no further than its bytes.

Most schools change nobody on most nights, but their files are made anew, with another instant inside. When a file is
applied we keep a print of its documents without that instant, and a print of the rows of the base it speaks of. When
both are met again the file is not even parsed, and that changes nothing, because an import is a function of

- the documents, but for the instant they were made: the print of the bytes is the same (the instant is only compared
  with the last one, and that is done here too);
- the rules of the campaign: their version is part of the print;
- the day: until `steady_until` no exit date passes, nobody comes of age in a way that shows, the year does not turn;
  the summer silence must be what it was;
- the rows it reads and writes: those of the pupils whose number this school's base gave, their enrolments of the
  campaign wherever they are, their guardians and links. Their versions (`xmin`) are the same, so nobody else, another
  school, a person, a revert, has written one of them since;

and because applied twice in a row it changes nothing the second time. Where that would not be so, nothing is kept: a
pupil enrolled but missing (an absence is counted each night), rows set aside, a study whose level is not in the
documents, a partial list. What is judged by more than the pupil's rows (members of the campaign, the school's own
line) is judged again each day for the whole campaign (`loans.conventions`).

A pupil listed, unknown to us and attending no class is not watched: should another school enrol them, the number they
have here is learnt with the next file that differs.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from programmes.models import Campaign
from schools.enums import ImportState
from schools.imports.bundles import Bundle
from schools.imports.context import Run, SchoolRun
from schools.models import EnrolmentImport, School
from schools.sources import catalogue
from schools.sources.checks import Expectations, is_on_time, steady_until
from schools.sources.refusals import DocumentRefused
from schools.sources.rows import FileHeader, Roll


# Only what can be nothing but an instant is left out of the print, and once: a header has one of each.
_INSTANTS = tuple(
    re.compile(rb"<%b>[0-9/: ]{0,19}</%b>" % (tag, tag)) for tag in (b"HORODATAGE", b"DATE_EXPORT")
)
_ASKS_THE_BASE = {kind.code for kind in (catalogue.INE_OF_ANOTHER, catalogue.SAME_PUPIL)}
_ROWS_ASIDE = {
    kind.code
    for kind in (
        catalogue.DUPLICATE_PUPIL,
        catalogue.DUPLICATE_INE,
        catalogue.NO_NAME,
        catalogue.NO_BIRTH_DATE,
    )
}


def fingerprint(bundle: Bundle, campaign: Campaign) -> str:
    """SHA-256 of the documents, whenever they were made, and of the rules they are judged by."""
    prints = sorted(hashlib.sha256(_timeless(document.data)).hexdigest() for document in bundle.documents())
    return hashlib.sha256(" ".join([campaign.rules_version, bundle.source, *prints]).encode()).hexdigest()


def _timeless(data: bytes) -> bytes:
    for instant in _INSTANTS:
        data = instant.sub(b"", data, count=1)
    return data


def said_already(
    run: Run, bundle: Bundle, school: School, expected: Expectations
) -> tuple[EnrolmentImport, FileHeader] | None:
    """The import applied last, if these files say the same in the same circumstances; and what they say of themselves.

    The caller holds the school's lock.
    """
    header = next((e.header for e in bundle.envelopes if e.reader.part == "pupils"), None)
    last = _last_believed(run.campaign, school)
    if last is None or header is None or header.exported_at is None or bundle.findings.counts():
        return None
    newest = last_exported_at(run.campaign, school)
    is_same = (
        newest is not None
        and run.expected_uai in {"", bundle.uai}
        and _is_same_season(run, last)
        and timezone.make_aware(header.exported_at) >= newest
        and is_on_time(header, expected)
        and _print_of(bundle, run.campaign) == last.fingerprint
        and base_state(run.campaign, school, last.source) == last.base_state
    )
    return (last, header) if is_same else None


def steadiness_of(
    school_run: SchoolRun, bundle: Bundle, roll: Roll, expected: Expectations, codes: dict[str, int]
) -> dict[str, Any]:
    """What to keep with an import just applied, to know its like again; empty values when it may not be skipped."""
    is_whole = roll.is_complete and not roll.gone and not roll.doubts and bundle.source == "siecle"
    is_odd = school_run.known.missing or (_ASKS_THE_BASE | _ROWS_ASIDE) & codes.keys()
    last_day = steady_until(roll, expected) if is_whole and not is_odd else None
    if last_day is None:
        return {"fingerprint": "", "steady_until": None, "base_state": ""}
    return {
        "fingerprint": fingerprint(bundle, school_run.run.campaign),
        "steady_until": last_day,
        "base_state": school_run.value(_BASE_STATE),
    }


def _print_of(bundle: Bundle, campaign: Campaign) -> str:
    try:
        return fingerprint(bundle, campaign)
    except DocumentRefused:
        return "unreadable"


def _last_believed(campaign: Campaign, school: School) -> EnrolmentImport | None:
    """The last file applied, when it can be recognised and no other one waits for a person."""
    files = EnrolmentImport.objects.filter(school=school, campaign=campaign)
    decided = files.filter(state__in=[ImportState.APPLIED, ImportState.HELD, ImportState.REVERTED])
    last = decided.order_by("-pk").first()
    return last if last and last.state == ImportState.APPLIED and last.fingerprint else None


def believed(campaign: Campaign, school: School) -> QuerySet[EnrolmentImport]:
    """The files applied, and those that said again what a file still applied says."""
    files = EnrolmentImport.objects.filter(school=school, campaign=campaign)
    applied = files.filter(state=ImportState.APPLIED)
    again = Q(state=ImportState.UNCHANGED, fingerprint__in=applied.values("fingerprint")) & ~Q(fingerprint="")
    return files.filter(Q(state=ImportState.APPLIED) | again)


def last_exported_at(campaign: Campaign, school: School) -> datetime | None:
    """When the newest of the files believed was made."""
    made = believed(campaign, school).filter(exported_at__isnull=False)
    return made.order_by("-exported_at").values_list("exported_at", flat=True).first()


def last_day_told(campaign: Campaign, school: School) -> date | None:
    """The newest day that a file believed speaks of: when it was made, else the day it was read for."""
    days = believed(campaign, school).aggregate(
        made=Max("exported_at"), read=Max("for_date", filter=Q(exported_at=None))
    )
    made = timezone.localtime(days["made"]).date() if days["made"] else None
    return max(filter(None, (made, days["read"])), default=None)


def _is_same_season(run: Run, last: EnrolmentImport) -> bool:
    is_silent = run.campaign.rule_tree.imports.is_silent
    last_day: date | None = last.steady_until
    return (
        last_day is not None
        and last.for_date <= run.on <= last_day
        and is_silent(run.on) == is_silent(last.for_date)
    )


def base_state(campaign: Campaign, school: School, source: str) -> str:
    """A print of the versions of all the rows an import of this school reads or writes.

    PostgreSQL gives each version of a row the number of the transaction that wrote it; after a restored backup all
    numbers are new, and each school is read whole once.
    """
    known: dict[str, int | str] = {
        "campaign": campaign.pk,
        "school": school.pk,
        "uai": school.uai,
        "source": source,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BASE_STATE, known)
        return str(cursor.fetchone()[0])


_BASE_STATE = """
WITH alias AS MATERIALIZED (
    SELECT id, xmin, pupil_id FROM schools_pupilalias WHERE source = %(source)s AND scope = %(uai)s
), version (kind, id, xmin) AS (
    SELECT 1, id, xmin FROM alias
    UNION ALL
    SELECT 2, id, xmin FROM schools_pupil WHERE id IN (SELECT pupil_id FROM alias)
    UNION ALL
    SELECT 3, id, xmin FROM schools_enrolment
    WHERE pupil_id IN (SELECT pupil_id FROM alias) AND campaign_id = %(campaign)s
    UNION ALL
    SELECT 4, id, xmin FROM schools_enrolment
    WHERE school_id = %(school)s AND campaign_id = %(campaign)s AND state = 'active'
    UNION ALL
    SELECT 5, id, xmin FROM schools_guardianship WHERE pupil_id IN (SELECT pupil_id FROM alias)
    UNION ALL
    SELECT 6, id, xmin FROM schools_guardian WHERE source = %(source)s AND scope = %(uai)s
)
SELECT count(*) || ':' || COALESCE(sum(hashint8extended(id * 8 + kind, xmin::text::bigint)), 0) FROM version
"""
