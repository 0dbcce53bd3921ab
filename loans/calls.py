"""Whom a school phones: families nobody can write to, and those who stay silent; what became of each call (N17)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from core.models import Trouble
from core.refusals import Refused
from loans.addresses import Signatory, signatories
from loans.dossiers import is_reachable
from loans.enums import CallOutcome
from loans.models import CallNote, Convention, PaperCopy
from loans.paper import PRINTABLE
from loans.signers import awaited_of
from programmes.models import Campaign
from schools.enums import EnrolmentState
from schools.models import Guardian, School


@dataclass(slots=True)
class Call:
    """One family of the list: whom to call, why, and the last try."""

    convention: Convention
    people: list[Signatory]
    last: CallNote | None = None
    tries_count: int = 0

    @property
    def reason(self) -> str:
        return reason_of(self.people, self.convention.reminders_count)

    @property
    def with_phone(self) -> list[Signatory]:
        return [person for person in self.people if person.phone]

    # for the spreadsheet, one value a column
    @property
    def names(self) -> str:
        return " / ".join(person.name for person in self.people)

    @property
    def phones(self) -> str:
        return " / ".join(person.phone for person in self.with_phone)


@dataclass(frozen=True)
class CallList:
    """The families to phone in one school."""

    campaign: Campaign
    school: School
    rows: QuerySet[Convention] = field(repr=False)

    def of_class(self, class_code: str) -> "CallList":
        rows = self.rows.filter(enrolment__class_code=class_code) if class_code else self.rows
        return CallList(self.campaign, self.school, rows)

    @property
    def classes(self) -> list[str]:
        codes = self.rows.order_by("enrolment__class_code").values_list("enrolment__class_code", flat=True)
        return list(codes.distinct())


def families_to_call(campaign: Campaign) -> QuerySet[Convention]:
    """Unsigned conventions of which nobody can be written to, or whose family stayed silent after a reminder.

    A family whose scan is being checked is left in peace; after a death nobody calls.
    """
    paper = PaperCopy.objects.pending().filter(convention=OuterRef("pk"))
    return (
        Convention.objects.filter(
            campaign=campaign,
            state__in=PRINTABLE,
            enrolment__state=EnrolmentState.ACTIVE,
            pupil__deceased_on=None,
        )
        .exclude(Exists(paper))
        .annotate(is_reachable=is_reachable())
        .filter(Q(is_reachable=False) | Q(reminders_count__gt=0))
    )


def call_list(*, school: School, campaign: Campaign) -> CallList:
    """The families to phone in one school, by class and name."""
    rows = families_to_call(campaign).filter(enrolment__school=school)
    ordered = rows.order_by("enrolment__class_code", "pupil__search_key", "pk")
    return CallList(campaign, school, ordered.select_related("pupil", "enrolment__school"))


def schools_by_calls(schools: Iterable[School], campaign: Campaign) -> list[tuple[School, int]]:
    """Each school with how many families it has to phone, those with the most first; one query for the counts."""
    rows = families_to_call(campaign).order_by().values_list("enrolment__school")
    counts = dict(rows.annotate(Count("pk")))
    return sorted(
        ((school, counts.get(school.pk, 0)) for school in schools), key=lambda line: (-line[1], line[0].name)
    )


def calls_of(conventions: Sequence[Convention]) -> list[Call]:
    """The lines of these conventions, with the last try of each; six queries at most."""
    people = awaited_of(conventions)
    calls = {row.pk: Call(row, people[row.pk]) for row in conventions}
    notes = CallNote.objects.filter(convention__in=calls).select_related("called_by")
    for note in notes.order_by("called_at", "pk"):
        calls[note.convention_id].last = note
        calls[note.convention_id].tries_count += 1
    return list(calls.values())


def reason_of(people: Iterable[Signatory], reminders_count: int) -> str:
    """Why this family is phoned, as a sentence."""
    people = list(people)
    if not people:
        return _("The base names nobody who may sign.")
    if any(person.can_be_written for person in people):
        return _("No answer to the messages (reminders: %(count)d).") % {"count": reminders_count}
    troubles = {person.trouble for person in people}
    if Trouble.BOUNCED in troubles:
        return _("Messages come back: ask for another address.")
    if Trouble.COMPLAINED in troubles:
        return _("Wants no e-mail: hand over paper.")
    return _("No e-mail address.")


@transaction.atomic
def record_call(
    *, convention: Convention, guardian: Guardian | None, outcome: str, by: User, at: datetime
) -> CallNote:
    """Note what became of a call; the same press twice within a minute is one call.

    Raises Refused(`call_unknown`, `not_a_signatory`, `not_waiting`).
    """
    if outcome not in CallOutcome.values:
        raise Refused("call_unknown", _("Choose what became of the call."))
    convention = Convention.objects.select_for_update(of=("self",)).get(pk=convention.pk)
    if convention.state not in PRINTABLE:
        raise Refused("not_waiting", _("This convention no longer waits for a signature."))
    if guardian not in [person.guardian for person in signatories(convention)]:
        raise Refused("not_a_signatory", _("This person may not sign this convention."))
    same: dict[str, Any] = {"guardian": guardian, "outcome": outcome, "called_by": by}
    recent = convention.calls.filter(called_at__gt=at - timedelta(minutes=1), **same).first()
    return recent or convention.calls.create(called_at=at, **same)


def forget_calls(*, on: date) -> dict[str, int]:
    """Delete the calls of campaigns that are closed: they served that year only. Returns how many."""
    over = CallNote.objects.filter(convention__campaign__closes_on__lt=on)
    return {"calls": over.delete()[0]}
