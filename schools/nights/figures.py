"""What a night adds up to: schools by state, pupils, findings; the same names as an import's report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.db.models import Count, IntegerField, Max, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from schools.enums import ImportState, SchoolNightState
from schools.imports.report import Counts
from schools.models import EnrolmentImport, EnrolmentNight, ImportFinding, NightSchool
from schools.nights.other_ways import with_situation
from schools.nights.region_guard import held_for_region
from schools.nights.reporting import sum_of, tallies_of


def summary_of(night: EnrolmentNight) -> dict[str, Any]:
    """What is kept when the night closes.

    `figures_of`, the schools by state and by outcome, the region's tally, what the region's guard holds, and the last
    import it knows: one that comes later that day has it made again (`schools.nights.summing`).
    """
    that_day = EnrolmentImport.objects.filter(campaign=night.campaign_id, for_date=night.for_date)
    last = that_day.aggregate(last=Max("pk"))["last"] or 0
    tally = asdict(sum_of(tallies_of(night).values()))
    states = schools_by_state(night.schools.all())
    guard = asdict(held) if (held := held_for_region(night)) else None
    return {**figures_of([night]), **states, "tally": tally, "region_guard": guard, "last_import": last}


def figures_of(nights: Iterable[EnrolmentNight]) -> dict[str, Any]:
    """The sums of some nights under the names `import_enrolments --json` prints; {} when no school sent anything."""
    rows = NightSchool.objects.filter(night__in=list(nights)).exclude(outcome="")
    if not rows.exists():
        return {}
    held = rows.filter(outcome=ImportState.HELD).order_by("uai").values_list("uai", flat=True)
    return {**counts_of(rows).as_json(), "held": sorted(set(held)), "findings": findings_of(rows)}


def counts_of(rows: QuerySet[NightSchool]) -> Counts:
    """Pupils read, enrolled, arrived, changed and departed, summed by the database."""
    sums = rows.aggregate(
        **{name: Sum(Cast(KT(f"counts__{name}"), IntegerField()), default=0) for name in Counts.__slots__}
    )
    return Counts(**sums)


def findings_of(rows: QuerySet[NightSchool]) -> dict[str, int]:
    """How often each finding occurs, by code, in the last files of these schools."""
    found = ImportFinding.objects.filter(enrolment_import__in=rows.values("enrolment_import"))
    return dict(found.values_list("code").annotate(times=Sum("repeat_count")).order_by("code"))


def schools_by_state(rows: QuerySet[NightSchool]) -> dict[str, dict[str, int]]:
    """`states` and `outcomes`, each value with its number of schools; who sent a file by another way is not missing."""
    found = with_situation(rows).exclude(state=SchoolNightState.MISSING, came_id__isnull=False)
    return {
        name: dict(found.exclude(**{field: ""}).order_by(field).values_list(field).annotate(Count("pk")))
        for name, field in (("states", "state"), ("outcomes", "outcome"))
    }
