"""What a night did, for the region and for each school: « 3 arrivées, 1 départ, 2 sans responsable joignable »."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet, Sum
from django.db.models.fields.json import KT
from django.utils.translation import ngettext

from programmes.models import Campaign
from schools.enums import ChangeKind, ImportState, SchoolNightState
from schools.models import EnrolmentChange, EnrolmentNight, ImportFinding, NightSchool, School
from schools.nights.other_ways import with_situation
from schools.sources import catalogue


UNREACHABLE = (
    catalogue.NO_GUARDIAN.code,
    catalogue.NO_GUARDIAN_EMAIL.code,
    catalogue.ADULT_WITHOUT_EMAIL.code,
)
REFUSED = (ImportState.REFUSED, SchoolNightState.FAILED)
ARRIVALS = (ChangeKind.ARRIVED, ChangeKind.MOVED, ChangeKind.RETURNED)
NAMED = 200  # pupils of one list on a page; a first night brings a whole school


@dataclass(slots=True)
class Tally:
    """A night in figures; `unreachable`: pupils whose guardians nobody can write to."""

    arrivals: int = 0
    departures: int = 0
    changes: int = 0
    unreachable: int = 0
    held: int = 0
    refused: int = 0

    @property
    def says_something(self) -> bool:
        """Whether somebody should be told: pupils came or went, or a file waits for a person."""
        return bool(self.arrivals or self.departures or self.held or self.refused)

    @property
    def troubles(self) -> int:
        """Files that somebody must look at."""
        return self.held + self.refused

    @property
    def sentence(self) -> str:
        """« 3 arrivées, 1 départ, 2 sans responsable joignable »; "" when there is nothing to say."""
        return ", ".join(words % {"count": count} for words, count in self._words() if count)

    def _words(self) -> list[tuple[str, int]]:
        return [
            (ngettext("%(count)d arrival", "%(count)d arrivals", self.arrivals), self.arrivals),
            (ngettext("%(count)d departure", "%(count)d departures", self.departures), self.departures),
            (ngettext("%(count)d change", "%(count)d changes", self.changes), self.changes),
            (
                ngettext(
                    "%(count)d without a reachable guardian",
                    "%(count)d without a reachable guardian",
                    self.unreachable,
                ),
                self.unreachable,
            ),
            (ngettext("%(count)d file held", "%(count)d files held", self.held), self.held),
            (ngettext("%(count)d file refused", "%(count)d files refused", self.refused), self.refused),
        ]


@dataclass(slots=True)
class SchoolReport:
    """One school's night, with the changes themselves, at most `NAMED` of each list."""

    row: NightSchool
    tally: Tally
    arrived: list[EnrolmentChange] = field(default_factory=list)
    left: list[EnrolmentChange] = field(default_factory=list)
    findings: list[ImportFinding] = field(default_factory=list)


def tallies_of(night: EnrolmentNight, schools: Iterable[int] | None = None) -> dict[int, Tally]:
    """By school (all of them, or those named); four questions to the database, however many they are."""
    rows = night.schools.exclude(school=None)
    if schools is not None:
        rows = rows.filter(school__in=list(schools))
    seen = list(with_situation(rows).values_list("school", "situation", "came_id"))
    found = {
        school: Tally(held=int(situation == ImportState.HELD), refused=int(situation in REFUSED))
        for school, situation, _came in seen
    }
    uais = dict(School.objects.filter(pk__in=found).values_list("uai", "pk"))
    here, away = _changes_of(night), _changes_of(night).filter(kind=ChangeKind.MOVED)
    if schools is not None:
        here, away = here.filter(enrolment__school__in=found), away.filter(details__from_uai__in=list(uais))
    for school, kind, count in here.values_list("enrolment__school", "kind").annotate(Count("pk")):
        if school in found:
            _count(found[school], kind, count)
    for uai, count in (
        away.annotate(origin=KT("details__from_uai")).values_list("origin").annotate(Count("pk"))
    ):
        if uai in uais:
            found[uais[uai]].departures += count
    came = [import_id for _school, _situation, import_id in seen if import_id]
    unreachable = ImportFinding.objects.filter(enrolment_import__in=came, code__in=UNREACHABLE)
    by_school = unreachable.order_by().values_list("enrolment_import__school").annotate(Sum("repeat_count"))
    for school, count in by_school:
        found[school].unreachable = count
    return found


def sum_of(tallies: Iterable[Tally]) -> Tally:
    """The region's night: the sum of its schools' (invariant 9)."""
    total: Counter[str] = Counter()
    for tally in tallies:
        total.update({name: getattr(tally, name) for name in Tally.__slots__})
    return Tally(**total)


def tally_of(night: EnrolmentNight) -> Tally | None:
    """The region's tally, kept when the night closed; None while it is under way."""
    return Tally(**night.summary["tally"]) if night.is_over and "tally" in night.summary else None


def report_of(row: NightSchool) -> SchoolReport:
    """All a school wants to know of a night; a constant number of questions."""
    tally = tallies_of(row.night, [row.school_id]).get(row.school_id, Tally())
    changes = _changes_of(row.night).select_related("enrolment__pupil", "enrolment__school")
    here = changes.filter(enrolment__school=row.school).order_by(
        "enrolment__class_code", "enrolment__pupil__search_key"
    )
    gone = changes.filter(kind=ChangeKind.MOVED, details__from_uai=row.uai)
    report = SchoolReport(row, tally, arrived=list(here.filter(kind__in=ARRIVALS)[:NAMED]))
    report.left = [*here.filter(kind=ChangeKind.LEFT)[:NAMED], *gone[:NAMED]]
    if row.enrolment_import_id:
        findings = ImportFinding.objects.filter(enrolment_import=row.enrolment_import_id)
        report.findings = list(findings.order_by("level", "-repeat_count", "code")[:20])
    return report


def last_night_of(school: School, campaign: Campaign) -> NightSchool | None:
    """The last night in which something came from this school, by whatever way."""
    rows = with_situation(NightSchool.objects.filter(school=school, night__campaign=campaign))
    told = rows.exclude(situation=SchoolNightState.MISSING).select_related("night")
    return told.order_by("-night__for_date").first()


def _changes_of(night: EnrolmentNight) -> QuerySet[EnrolmentChange]:
    """Changes of the imports for that day; files sent by hand that day are part of it."""
    imports = {"enrolment_import__campaign": night.campaign_id, "enrolment_import__for_date": night.for_date}
    return EnrolmentChange.objects.filter(**imports).order_by()


def _count(tally: Tally, kind: str, count: int) -> None:
    if kind in ARRIVALS:
        tally.arrivals += count
    elif kind == ChangeKind.LEFT:
        tally.departures += count
    else:
        tally.changes += count
