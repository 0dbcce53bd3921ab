"""Signature and equipment figures, each from rows and by one query: dashboards, gate and reports all ask here.

Definitions. A pupil counts when enrolled today and eligible. *Reachable*: the adult pupil, or for a minor at least
one legal guardian, has an e-mail address from which messages do not come back. *Signed*: online, at the desk, or on
paper once validated (N5).
*Expected* (the gate's denominator): eligible pupils, or reachable ones and those who signed, by
`gate.denominator`; without the families who refused, by `gate.refusals_leave_denominator`, and without pupils who
keep a laptop lent under an earlier convention.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
)

from loans.dossiers import REFUSED, SIGNED, eligible_dossiers, is_expected
from loans.enums import ConventionState
from loans.models import PaperCopy, Signature
from programmes.models import Campaign
from schools.models import Enrolment, School


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the conventions and laptops of one school are. Counts of pupils; they add up over schools.

    `drafts_count` to send, `sent_count` waiting for an answer (of which `paper_pending_count` have a scan to
    check), `opposed_count` stopped by a parent's objection, `unreachable_count` neither signed nor refused and without
    any address.
    """

    eligible_count: int = 0
    with_contact_count: int = 0
    drafts_count: int = 0
    sent_count: int = 0
    signed_count: int = 0
    refused_count: int = 0
    opposed_count: int = 0
    paper_pending_count: int = 0
    unreachable_count: int = 0
    equipped_count: int = 0
    expected_count: int = 0

    @property
    def waiting_count(self) -> int:
        """Expected, and not signed yet."""
        return self.expected_count - self.signed_count

    @property
    def rate(self) -> Decimal | None:
        """Signed over expected, exact; None when nobody is expected."""
        return Decimal(self.signed_count) / self.expected_count if self.expected_count else None

    def __add__(self, other: "Progress") -> "Progress":
        return Progress(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


class CurvePoint(NamedTuple):
    day: date
    signed_count: int
    expected_count: int


def progress_by_school(*, campaign: Campaign, on: date | None = None) -> dict[int, Progress]:
    """Figures of every school with an eligible pupil, keyed by school id.

    With `on`, a convention signed after that day counts as still waiting.
    """
    return {
        row.pop("school"): Progress(**row)
        for row in _counted(eligible_dossiers(campaign), campaign, on, "school")
    }


def progress_of(school: School, campaign: Campaign, *, on: date | None = None) -> Progress:
    """Figures of one school; zeros when it has no eligible pupil."""
    rows = _counted(eligible_dossiers(campaign, school), campaign, on, "school")
    return next((Progress(**{k: v for k, v in row.items() if k != "school"}) for row in rows), Progress())


class RollEntry(NamedTuple):
    """One pupil behind the gate's figures; `convention` is the open one's id.

    Not signed yet: `is_partly_signed` by one guardian where all must, `is_opposed` by a parent who objects.
    """

    pupil: int
    public_id: UUID
    convention: int | None
    has_signed: bool
    is_partly_signed: bool = False
    is_opposed: bool = False


def gate_roll(school: School, campaign: Campaign) -> list[RollEntry]:
    """The very pupils that `expected_count` counts, told apart as `signed_count` does, by one query."""
    rows = (
        eligible_dossiers(campaign, school)
        .filter(is_expected(campaign))
        .annotate(has_signature=Exists(Signature.objects.filter(convention=OuterRef("convention__pk"))))
        .order_by("pupil__search_key", "pupil")
    )
    columns = ("pupil", "pupil__public_id", "convention__pk", "convention__state", "has_signature")
    return [_roll_entry(*row) for row in rows.values_list(*columns)]


def _roll_entry(
    pupil: int, public_id: UUID, convention: int | None, state: str | None, has_signature: bool
) -> RollEntry:
    waits = state in (ConventionState.DRAFT, ConventionState.SENT)
    return RollEntry(
        pupil,
        public_id,
        convention,
        has_signed=state == ConventionState.SIGNED,
        is_partly_signed=waits and has_signature,
        is_opposed=state == ConventionState.OPPOSED,
    )


def progress_by_class(school: School, campaign: Campaign) -> dict[str, Progress]:
    """Figures of one school, keyed by class, in the order of the classes."""
    rows = _counted(eligible_dossiers(campaign, school), campaign, None, "class_code")
    return {row.pop("class_code"): Progress(**row) for row in rows}


def signature_curve(
    *, campaign: Campaign, until: date, school: School | None = None, since: date | None = None
) -> list[CurvePoint]:
    """Signed and expected on each day from the mailing to `until`, for a school or the whole campaign."""
    pupils = eligible_dossiers(campaign, school).filter(is_expected(campaign))
    start = since or campaign.mailing_on
    days = [start + timedelta(days=n) for n in range((until - start).days + 1)]
    signed = _running(_by_day(pupils.filter(SIGNED), "convention__signed_on"), days)
    expected = _running(_by_day(pupils, "entered_on"), days)
    return [CurvePoint(*point) for point in zip(days, signed, expected, strict=True)]


def _counted(
    pupils: QuerySet[Enrolment], campaign: Campaign, on: date | None, key: str
) -> QuerySet[Enrolment, dict[str, Any]]:
    signed = SIGNED & Q(convention__signed_on__lte=on) if on else SIGNED
    late = SIGNED & Q(convention__signed_on__gt=on) if on else Q(pk__in=[])
    answered = Q(convention__state__in=[ConventionState.SIGNED, ConventionState.REFUSED])
    no_answer = Q(convention__state=None) | ~answered
    has_paper = Exists(PaperCopy.objects.pending().filter(convention=OuterRef("convention__pk")))
    return (
        pupils.annotate(has_paper=has_paper)
        .values(key)
        .annotate(
            eligible_count=Count("pk"),
            with_contact_count=Count("pk", filter=Q(is_reachable=True)),
            drafts_count=Count("pk", filter=Q(convention__state=ConventionState.DRAFT)),
            sent_count=Count("pk", filter=Q(convention__state=ConventionState.SENT) | late),
            signed_count=Count("pk", filter=signed),
            refused_count=Count("pk", filter=REFUSED),
            opposed_count=Count("pk", filter=Q(convention__state=ConventionState.OPPOSED)),
            paper_pending_count=Count("pk", filter=no_answer & Q(has_paper=True)),
            unreachable_count=Count("pk", filter=no_answer & Q(is_reachable=False)),
            equipped_count=Count("pk", filter=Q(loan__pk__isnull=False)),
            expected_count=Count("pk", filter=is_expected(campaign)),
        )
        .order_by(key)
    )


def _by_day(pupils: QuerySet[Enrolment], field: str) -> list[tuple[date, int]]:
    return list(pupils.values_list(field).annotate(n=Count("pk")).order_by(field))


def _running(counts: list[tuple[date, int]], days: list[date]) -> Iterator[int]:
    """How many had come by each day, the days in order."""
    total, rest = 0, iter(counts)
    upcoming = next(rest, None)
    for day in days:
        while upcoming and upcoming[0] <= day:
            total += upcoming[1]
            upcoming = next(rest, None)
        yield total
