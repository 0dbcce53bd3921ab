"""The story of a pupil and their laptop, told like a parcel's: what happened, when, and what comes next (X5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.templatetags.dates import plain_date
from distribution.enums import LineState
from distribution.models import DeliveryLine
from loans.enums import ConventionState, LoanEnd
from loans.models import Convention, Loan, PaperCopy
from reports.scope import Scope
from schools.enums import ChangeKind
from schools.models import EnrolmentChange, Pupil
from support.models import DeviceReturn, Intervention, Ticket


@dataclass(frozen=True)
class Step:
    """One event. `order` sorts events of the same day as they really follow one another."""

    on: date
    title: str
    text: str = ""
    status: str = "done"
    order: int = 0

    @property
    def when(self) -> str:
        return plain_date(self.on)


def story_of(pupil: Pupil, scope: Scope) -> list[Step]:
    """All that happened, oldest first; a planned delivery comes last, as what is next."""
    steps = [
        *_enrolments(pupil),
        *_conventions(pupil),
        *_papers(pupil),
        *_delivery_lines(pupil, scope),
        *_loans(pupil),
        *_requests(pupil),
        *_returns(pupil),
    ]
    return sorted(steps, key=lambda step: (step.on, step.order))


def _enrolments(pupil: Pupil) -> Iterator[Step]:
    for enrolment in pupil.enrolments.select_related("school").order_by("entered_on", "pk"):
        text = f"{enrolment.school.name}, {enrolment.class_code}"
        yield Step(enrolment.entered_on, _("Enrolled"), text)
        if enrolment.left_on:
            yield Step(enrolment.left_on, _("Left the school"), enrolment.school.name, "problem", 1)
    back = EnrolmentChange.objects.filter(enrolment__pupil=pupil, kind=ChangeKind.RETURNED)
    for change in back.select_related("enrolment__school"):
        yield Step(change.on, _("Came back"), change.enrolment.school.name, "done", 2)


def _conventions(pupil: Pupil) -> Iterator[Step]:
    for convention in Convention.objects.filter(pupil=pupil).order_by("pk"):
        reference = _("Convention %(reference)s") % {"reference": convention.reference}
        if convention.sent_on:
            yield Step(convention.sent_on, _("Convention sent to the family"), reference, "done", 3)
        if convention.signed_on:
            how = convention.get_signature_method_display() or ""
            yield Step(convention.signed_on, _("Convention signed"), how, "done", 5)
        if convention.refused_on and convention.state == ConventionState.REFUSED:
            yield Step(
                convention.refused_on, _("Refused by the family"), convention.refusal_reason, "problem", 5
            )


def _papers(pupil: Pupil) -> Iterator[Step]:
    for copy in PaperCopy.objects.filter(convention__pupil=pupil):
        yield Step(_day(copy.uploaded_at), _("Signed paper copy received"), "", "done", 4)
        if copy.rejection_reason and copy.reviewed_at:
            yield Step(_day(copy.reviewed_at), _("Paper copy rejected"), copy.rejection_reason, "problem", 4)


def _delivery_lines(pupil: Pupil, scope: Scope) -> Iterator[Step]:
    for line in DeliveryLine.objects.filter(pupil=pupil).select_related("delivery__school"):
        day, school = line.delivery.on, line.delivery.school.name
        if line.state == LineState.ABSENT:
            yield Step(day, _("Absent on delivery day"), school, "problem", 6)
        elif line.state == LineState.REFUSED:
            yield Step(day, _("Refused at the desk"), school, "problem", 6)
        elif line.state == LineState.EXPECTED:
            yield Step(
                day, _("Expected on delivery day"), school, "next" if day >= scope.on else "problem", 6
            )


def _loans(pupil: Pupil) -> Iterator[Step]:
    for loan in Loan.objects.filter(pupil=pupil).select_related("device__model"):
        laptop = f"{loan.device.model}, {loan.device.asset_tag}"
        title = _("Replacement laptop handed over") if loan.replaces_id else _("Laptop handed over")
        yield Step(loan.started_on, title, laptop, "done", 7)
        if loan.ended_on:
            bad = loan.end_reason in (LoanEnd.STOLEN, LoanEnd.LOST)
            reason = loan.get_end_reason_display()
            yield Step(loan.ended_on, _("Loan ended: %(reason)s") % {"reason": reason}, laptop, _tone(bad), 9)


def _requests(pupil: Pupil) -> Iterator[Step]:
    for ticket in Ticket.objects.filter(pupil=pupil):
        title = _("Request %(number)s: %(kind)s") % {
            "number": ticket.number,
            "kind": ticket.get_kind_display(),
        }
        yield Step(_day(ticket.opened_at), title, ticket.subject, "done", 8)
        if ticket.solved_at:
            title = _("Request %(number)s solved") % {"number": ticket.number}
            yield Step(_day(ticket.solved_at), title, "", "done", 8)
    for work in Intervention.objects.counted().filter(pupil=pupil):
        title = _("Granted: %(what)s") % {"what": work.get_kind_display()}
        yield Step(work.granted_on, title, "", "done", 8)


def _returns(pupil: Pupil) -> Iterator[Step]:
    for row in DeviceReturn.objects.filter(loan__pupil=pupil):
        due = _("Due on %(day)s") % {"day": plain_date(row.due_on)}
        yield Step(
            row.opened_on, _("Laptop asked back: %(why)s") % {"why": row.get_reason_display()}, due, "done", 8
        )
        if row.closed_on:
            yield Step(row.closed_on, _("Laptop back and inspected"), row.reference, "done", 9)


def _tone(bad: Any) -> str:
    return "problem" if bad else "done"


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()
