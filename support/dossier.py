"""« Tout savoir »: all that an agent needs to answer, gathered on one screen."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.models import User
from core.verdicts import Verdict
from distribution.models import DeliveryLine, Parcel
from loans.models import Convention, Loan
from programmes.calendars import add_opening_time
from schools.models import Enrolment, Guardianship, Pupil
from support.contacts import present_enrolment
from support.enums import TicketState
from support.interventions import assess, granted_to
from support.models import DeviceReturn, Intervention, Ticket


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is known about the pupil of a ticket. `verdict` answers before anybody acts.

    `is_open` is False when the reader may not know more: the pupil now attends another school (invariant 10).
    """

    is_open: bool = False
    verdict: Verdict | None = None
    enrolment: Enrolment | None = None
    convention: Convention | None = None
    intervention: Intervention | None = None
    guardianships: list[Guardianship] = field(default_factory=list)
    loans: list[Loan] = field(default_factory=list)
    interventions: list[Intervention] = field(default_factory=list)
    returns: list[DeviceReturn] = field(default_factory=list)
    deliveries: list[DeliveryLine] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    other_tickets: list[Ticket] = field(default_factory=list)

    @property
    def loan(self) -> Loan | None:
        """The laptop the pupil has now."""
        return next((loan for loan in self.loans if loan.ended_on is None), None)

    @property
    def live_return(self) -> DeviceReturn | None:
        return next((found for found in self.returns if found.is_live), None)


def gather(ticket: Ticket, user: User, on: date) -> Dossier:
    """What this person may know of a ticket's pupil that day; empty when the ticket is about nobody."""
    pupil = ticket.pupil
    if pupil is None:
        return Dossier()
    verdict, intervention = assess(ticket, on), granted_to(ticket)
    if not Pupil.objects.visible_to(user).filter(pk=pupil.pk).exists():
        return Dossier(verdict=verdict, intervention=intervention)
    others = Ticket.objects.visible_to(user).filter(pupil=pupil).exclude(pk=ticket.pk)
    return Dossier(
        is_open=True,
        verdict=verdict,
        intervention=intervention,
        enrolment=present_enrolment(pupil),
        convention=pupil.conventions.order_by("-pk").first(),
        guardianships=list(pupil.guardianships.legal().select_related("guardian")),
        loans=list(pupil.loans.select_related("device__model")),
        interventions=list(pupil.interventions.select_related("ticket", "new_device")),
        returns=returns_of(pupil),
        deliveries=list(pupil.delivery_lines.select_related("delivery").order_by("-pk")[:3]),
        parcels=list(pupil.parcels.order_by("-pk")[:3]),
        other_tickets=list(others.order_by("-opened_at")[:6]),
    )


def returns_of(pupil: Pupil) -> list[DeviceReturn]:
    found = DeviceReturn.objects.filter(loan__pupil=pupil).select_related("loan__device")
    return list(found.order_by("-pk"))


def is_late(ticket: Ticket, at: datetime) -> bool:
    """Whether the first answer is later than promised, counted in opening hours (N13)."""
    if ticket.state != TicketState.NEW:
        return False
    support = ticket.campaign.rule_tree.support
    line = support.schools if ticket.opened_by_school else support.families
    return add_opening_time(line, ticket.opened_at, timedelta(hours=support.first_answer_hours)) < at
