"""Each pupil of a campaign with their situation: the one query behind the screen, the file and the API (P7)."""

from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from accounts.models import User
from loans.dossiers import with_dossier
from loans.enums import ConventionState, LoanState, PaperState
from loans.models import PaperCopy, Signature
from reports.enums import Situation
from reports.scope import Scope
from schools.enums import Eligibility
from schools.models import Enrolment


def enrolled(scope: Scope) -> Any:
    """Who attends a school in the campaign today, with their open `convention` and `loan` joined."""
    enrolments = Enrolment.objects.active().filter(campaign=scope.campaign)
    found: Any = with_dossier(
        enrolments, scope.campaign, few=bool(scope.school)
    )  # mypy does not see what it joins
    return found.filter(school=scope.school) if scope.school else found


def pupils_seen_by(user: User, scope: Scope) -> QuerySet[Any]:
    """The pupils this user may see in this scope, by class and name, each with a `situation`."""
    pupils = with_situation(enrolled(scope).visible_to(user))
    return pupils.select_related("pupil", "school").order_by("class_code", "pupil__search_key", "pk")


def concerned_first(pupils: QuerySet[Any]) -> QuerySet[Any]:
    """The same, those whom the programme does not equip at the end: nobody has anything to do for them."""
    last = Case(When(situation=Situation.NOT_ELIGIBLE, then=Value(1)), default=Value(0))
    return pupils.order_by(last, "class_code", "pupil__search_key", "pk")


def with_situation(enrolments: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate `situation`, and what the table shows of the convention and of the last scan (`paper_state`)."""
    scans = PaperCopy.objects.filter(convention=OuterRef("convention__pk")).order_by("-uploaded_at", "-pk")
    acts = Signature.objects.filter(convention=OuterRef("convention__pk"))
    return enrolments.annotate(
        has_signature=Exists(acts),
        paper_state=Subquery(scans.values("state")[:1]),
        sent_on=F("convention__sent_on"),
        signed_on=F("convention__signed_on"),
        reminders_count=F("convention__reminders_count"),
    ).annotate(situation=situation())


def situation() -> Case:
    """The first line that is true says it: the order of `Situation`'s docstring."""
    lines: list[tuple[Q, Situation]] = [
        (Q(loan__state=LoanState.RETURN_DUE), Situation.RETURN_DUE),
        (Q(loan__state=LoanState.IN_REPAIR), Situation.IN_REPAIR),
        (Q(loan__state=LoanState.ACTIVE), Situation.EQUIPPED),
        (Q(eligibility=Eligibility.UNKNOWN), Situation.UNKNOWN),
        (Q(eligibility=Eligibility.NOT_ELIGIBLE), Situation.NOT_ELIGIBLE),
        (Q(convention__state=ConventionState.SIGNED), Situation.SIGNED),
        (Q(convention__state=ConventionState.REFUSED), Situation.REFUSED),
        (Q(convention__state=ConventionState.OPPOSED), Situation.OPPOSED),
        (Q(paper_state=PaperState.PENDING), Situation.PAPER_PENDING),
        (Q(paper_state=PaperState.REJECTED), Situation.PAPER_REJECTED),
        (Q(is_reachable=False), Situation.UNREACHABLE),
        (Q(convention__state=ConventionState.SENT), Situation.SENT),
    ]
    whens = [When(condition, then=Value(word.value)) for condition, word in lines]
    return Case(*whens, default=Value(Situation.TO_SEND.value), output_field=CharField())


def classes_in(scope: Scope, user: User) -> list[str]:
    """The classes of this scope, for its filter."""
    seen = Enrolment.objects.active().filter(campaign=scope.campaign).visible_to(user)
    seen = seen.filter(school=scope.school) if scope.school else seen
    return list(seen.order_by("class_code").values_list("class_code", flat=True).distinct())
