"""What a school sees first: its rate, its tasks, whom to chase, its laptops, its night (N4)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.navigation import address
from core.charts import Bar, Part, Stack, draw_stack
from distribution.enums import DeliveryKind, DeliveryState
from distribution.models import Delivery
from loans.progress import Progress, progress_by_class
from reports.enums import CHASED, Situation
from reports.figures import tickets_for_school
from reports.hero import Hero, hero_of, signatures_missing
from reports.pupil_rows import PupilRow, rows_of
from reports.pupils import pupils_seen_by
from reports.readiness import Task, tasks_before_delivery
from reports.scope import Scope
from schools.enums import ImportState
from schools.models import EnrolmentImport, ImportFinding, NightSchool, School
from schools.nights.reporting import last_night_of
from schools.quality.issues import ISSUES, Look
from schools.quality.mending import counts_of


CHASE_COUNT = 9  # families shown on the first page; the others are a click away


@dataclass(frozen=True)
class SchoolDashboard:
    school: School
    hero: Hero
    delivery: Delivery | None
    tasks: list[Task]
    chased: list[PupilRow]
    chased_count: int
    classes: list[Bar]
    laptops: Stack
    night: EnrolmentImport | None
    night_row: NightSchool | None
    findings: dict[str, int]
    tickets: Iterable[Any]


def dashboard_of(scope: Scope, user: User) -> SchoolDashboard:
    """Everything on the school's first page. `scope.school` is set."""
    school = scope.school
    if school is None:
        raise ValueError("A school's dashboard needs a school.")
    classes, delivery = progress_by_class(school, scope.campaign), next_delivery(scope)
    progress = sum(classes.values(), Progress())
    pupils = pupils_seen_by(user, scope)
    known = situations_in(pupils)
    states = Counter(pupil.situation for pupil in known)
    night = last_import(scope)
    findings = findings_of(night)
    return SchoolDashboard(
        school=school,
        hero=hero_of(scope, progress, delivery),
        delivery=delivery,
        tasks=tasks_before_delivery(
            scope,
            progress,
            delivery,
            rejected_count=states.get(Situation.PAPER_REJECTED, 0),
            blocking_count=obstacles_in(school, scope),
            paper_url=address("loans:paper") if user.has_role(Role.SCHOOL) else "",
        ),
        chased=rows_of(first_to_chase(pupils, known), scope),
        chased_count=sum(states.get(word, 0) for word in CHASED),
        classes=bars_of(scope, classes),
        laptops=laptops_of(states),
        night=night,
        night_row=last_night_of(school, scope.campaign),
        findings=findings,
        tickets=tickets_for_school.rows(scope).select_related("pupil").order_by("opened_at")[:5],
    )


def next_delivery(scope: Scope) -> Delivery | None:
    """The school's delivery day: the live one, else the last one done or cancelled."""
    days = Delivery.objects.filter(school=scope.school, campaign=scope.campaign, kind=DeliveryKind.INITIAL)
    over = [DeliveryState.CANCELLED, DeliveryState.CLOSED]
    return days.live().order_by("on").first() or days.filter(state__in=over).order_by("-on", "-pk").first()


class Known(NamedTuple):
    """What puts a pupil in the order of those to chase; `pk` is the enrolment's."""

    pk: int
    situation: str
    sent_on: date | None
    class_code: str
    search_key: str


def situations_in(pupils: QuerySet[Any]) -> list[Known]:
    """Read once for the counts and for whom to chase: to compose the question costs more than to answer it."""
    columns = ("pk", "situation", "convention__sent_on", "class_code", "pupil__search_key")
    return [Known(*row) for row in pupils.order_by().values_list(*columns)]


def first_to_chase(pupils: QuerySet[Any], known: Iterable[Known]) -> list[Any]:
    """Whom to call first: what the school alone can mend, then the families silent for longest."""
    places: dict[str, int] = {word.value: place for place, word in enumerate(CHASED)}
    chased = [one for one in known if one.situation in places]
    chased.sort(
        key=lambda one: (
            places[one.situation],
            one.sent_on or date.max,
            one.class_code,
            one.search_key,
            one.pk,
        )
    )
    first = [one.pk for one in chased[:CHASE_COUNT]]
    return sorted(pupils.filter(pk__in=first), key=lambda pupil: first.index(pupil.pk))


def bars_of(scope: Scope, classes: dict[str, Progress]) -> list[Bar]:
    """Each class with pupils counted, furthest from the threshold first."""
    threshold = scope.campaign.rule_tree.gate.threshold
    counted = [(name, progress) for name, progress in classes.items() if progress.expected_count]
    counted.sort(key=lambda line: (-signatures_missing(line[1], threshold), line[0]))
    url = f"{address('reports:pupils')}?{scope.query}&classe="
    return [
        Bar(
            name,
            progress.rate or Decimal(0),
            f"{progress.signed_count} / {progress.expected_count}",
            url + name,
        )
        for name, progress in counted
    ]


def laptops_of(states: Mapping[str, int]) -> Stack:
    """The equipment of the eligible pupils, as one bar (N4)."""
    come = (Situation.SIGNED,)
    not_signed = (*CHASED, Situation.PAPER_PENDING, Situation.TO_SEND, Situation.OPPOSED)
    groups: list[tuple[str, str, tuple[Situation, ...]]] = [
        (_("Has the laptop"), "success", (Situation.EQUIPPED,)),
        (_("In repair"), "info", (Situation.IN_REPAIR,)),
        (_("To give back"), "warning", (Situation.RETURN_DUE,)),
        (_("Signed, laptop to come"), "waiting", come),
        (_("Not signed yet"), "neutral", not_signed),
        (_("Refused by the family"), "danger", (Situation.REFUSED,)),
    ]
    parts = [Part(label, sum(states.get(word, 0) for word in words), tone) for label, tone, words in groups]
    return draw_stack(key="laptops", title=_("Laptops of the eligible pupils"), parts=parts)


def last_import(scope: Scope) -> EnrolmentImport | None:
    imports = EnrolmentImport.objects.filter(school=scope.school, campaign=scope.campaign)
    return imports.exclude(state=ImportState.REJECTED).order_by("-received_at", "-pk").first()


def obstacles_in(school: School, scope: Scope) -> int:
    """What keeps pupils from a laptop in the base as it is: the figure of the page « To mend in the base »."""
    counts = counts_of(school, Look(scope.campaign, scope.on))
    return sum(counts[issue.code] for issue in ISSUES if issue.blocks)


def findings_of(night: EnrolmentImport | None) -> dict[str, int]:
    """How many times each level of finding occurs in an import."""
    if night is None:
        return {}
    found = ImportFinding.objects.filter(enrolment_import=night).order_by().values_list("level")
    return dict(found.annotate(Sum("repeat_count")))
