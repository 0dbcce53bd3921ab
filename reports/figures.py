"""The figures of the region: each one is a set of rows, so that it can be counted, split by school and opened.

A figure's total, its split by school and its rows are the same query (invariant 9): a school's page counts the
rows of its own scope, the region's page counts them all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from distribution.enums import DeliveryKind, DeliveryState
from distribution.models import Delivery
from loans.dossiers import is_expected
from loans.enums import ConventionState, LoanState
from reports.pupils import enrolled
from reports.scope import Scope
from schools.enums import Eligibility
from schools.models import EnrolmentImport, SchoolMembership
from support.enums import TicketState
from support.models import DeviceReturn, Ticket


Rows = QuerySet[Any]
SIGNED = Q(convention__state=ConventionState.SIGNED)


@dataclass(frozen=True)
class Figure:
    """One number of the reports. `kind` names the template that draws its rows, `definition` is shown beside it."""

    code: str
    label: Any
    definition: Any
    kind: str
    rows: Callable[[Scope], Rows]

    def count(self, scope: Scope) -> int:
        return self.rows(scope).count()

    def by_school(self, scope: Scope) -> dict[int | None, int]:
        """Counts by school id; None holds the rows that no known school owns."""
        counted = self.rows(scope).order_by().values_list("school").annotate(Count("pk"))
        return dict(counted)


FIGURES: dict[str, Figure] = {}


def figure(code: str, kind: str, label: Any, definition: Any) -> Callable[[Callable[[Scope], Rows]], Figure]:
    def register(rows: Callable[[Scope], Rows]) -> Figure:
        FIGURES[code] = Figure(code, label, definition, kind, rows)
        return FIGURES[code]

    return register


@figure(
    "schools",
    "schools",
    _("Member schools"),
    _("Schools that joined the campaign and have not left it."),
)
def schools(scope: Scope) -> Rows:
    found = SchoolMembership.objects.filter(campaign=scope.campaign, ended_on=None)
    return found.filter(school=scope.school) if scope.school else found


@figure(
    "eligible",
    "pupils",
    _("Eligible pupils"),
    _("Pupils who attend a school of the campaign today and whom the voted rules equip."),
)
def eligible(scope: Scope) -> Rows:
    return enrolled(scope).filter(eligibility=Eligibility.ELIGIBLE)


@figure(
    "expected",
    "pupils",
    _("Pupils counted for the threshold"),
    _(
        "Eligible pupils as the voted rule counts them: families who refused, or whom nobody can write to, "
        "are left out if the rule says so."
    ),
)
def expected(scope: Scope) -> Rows:
    return eligible.rows(scope).filter(is_expected(scope.campaign))


@figure(
    "signed",
    "pupils",
    _("Signed conventions"),
    _(
        "Eligible pupils whose convention is signed: online, at the desk, or on paper once the scan is validated."
    ),
)
def signed(scope: Scope) -> Rows:
    return eligible.rows(scope).filter(SIGNED)


@figure(
    "awaited",
    "pupils",
    _("Signatures awaited"),
    _("Pupils counted for the threshold whose convention is not signed yet, whatever the reason."),
)
def awaited(scope: Scope) -> Rows:
    return expected.rows(scope).exclude(SIGNED)


@figure(
    "unreachable",
    "pupils",
    _("Families that cannot be reached"),
    _(
        "Eligible pupils who neither signed nor refused, and for whom nobody who may sign has an e-mail address."
    ),
)
def unreachable(scope: Scope) -> Rows:
    answered = Q(convention__state__in=[ConventionState.SIGNED, ConventionState.REFUSED])
    no_answer = Q(convention__state=None) | ~answered
    return eligible.rows(scope).filter(no_answer, is_reachable=False)


@figure(
    "equipped",
    "pupils",
    _("Equipped pupils"),
    _("Eligible pupils who hold a laptop of the programme today, or whose laptop is in repair."),
)
def equipped(scope: Scope) -> Rows:
    return eligible.rows(scope).filter(loan__pk__isnull=False)


@figure(
    "in_repair",
    "pupils",
    _("Laptops in repair"),
    _("Pupils whose laptop is at the workshop or on its way."),
)
def in_repair(scope: Scope) -> Rows:
    return enrolled(scope).filter(loan__state=LoanState.IN_REPAIR)


@figure(
    "returns",
    "returns",
    _("Laptops to come back"),
    _("Returns that the rules ask for and that are not finished: the laptop is not inspected yet."),
)
def returns(scope: Scope) -> Rows:
    found = DeviceReturn.objects.live().filter(loan__convention__campaign__programme=scope.campaign.programme)
    return found.filter(school=scope.school) if scope.school else found


@figure(
    "late_returns",
    "returns",
    _("Late returns"),
    _("Laptops to come back whose due date is past."),
)
def late_returns(scope: Scope) -> Rows:
    return returns.rows(scope).filter(due_on__lt=scope.on)


@figure(
    "tickets",
    "tickets",
    _("Open requests"),
    _("Requests for help of the campaign that are neither solved, refused nor closed."),
)
def tickets(scope: Scope) -> Rows:
    found = Ticket.objects.live().filter(campaign=scope.campaign)
    return found.filter(school=scope.school) if scope.school else found


@figure(
    "tickets_for_school",
    "tickets",
    _("Requests waiting for a school"),
    _("Open requests that cannot go on before the school answers or sends something."),
)
def tickets_for_school(scope: Scope) -> Rows:
    return tickets.rows(scope).filter(state=TicketState.WAITING_SCHOOL)


@figure(
    "held_imports",
    "imports",
    _("Imports held"),
    _("Enrolment files that could be read but look wrong: a person must apply or reject each of them."),
)
def held_imports(scope: Scope) -> Rows:
    found = EnrolmentImport.objects.held().filter(campaign=scope.campaign)
    return found.filter(school=scope.school) if scope.school else found


@figure(
    "deliveries",
    "deliveries",
    _("Deliveries confirmed"),
    _(
        "Schools’ delivery days that passed the threshold check: to come, today or done. Later visits not counted."
    ),
)
def deliveries(scope: Scope) -> Rows:
    kept = [DeliveryState.CONFIRMED, DeliveryState.OPEN, DeliveryState.CLOSED]
    found = Delivery.objects.filter(campaign=scope.campaign, kind=DeliveryKind.INITIAL, state__in=kept)
    return found.filter(school=scope.school) if scope.school else found
