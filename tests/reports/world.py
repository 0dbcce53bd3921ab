"""Pupils in every situation, at Mme Roux's and M. Petit's schools."""

from datetime import UTC, date, datetime, timedelta

from core.files import store_bytes
from distribution.enums import DeliveryState
from distribution.models import Delivery
from loans.enums import LoanState, PaperState
from loans.models import Convention, Loan, Opposition, PaperCopy
from loans.oppositions import record_opposition
from reports.enums import Situation
from reports.scope import Scope
from schools.enums import Eligibility, ImportState
from schools.models import Enrolment, EnrolmentImport, Guardian, School
from support.enums import Channel, ReturnReason, TicketKind, TicketState
from support.models import DeviceReturn, Ticket
from tests.cast import AT, ON, VERDICT, Cast
from tests.loans.factories import ConventionFactory, DeviceFactory
from tests.schools.factories import EnrolmentFactory


TODAY = date(2026, 9, 21)


def scope_of(cast: Cast, school: School | None = None) -> Scope:
    return Scope(cast.campaign, TODAY, school)


def add_pupil(cast: Cast, school: School, situation: Situation = Situation.SENT, **fields) -> Enrolment:
    """A pupil of this school who is in this situation."""
    eligibility = {
        Situation.NOT_ELIGIBLE: Eligibility.NOT_ELIGIBLE,
        Situation.UNKNOWN: Eligibility.UNKNOWN,
    }.get(situation, Eligibility.ELIGIBLE)
    guardians = 0 if situation == Situation.UNREACHABLE else 1
    values = {"campaign": cast.campaign, "school": school, "eligibility": eligibility, "guardians": guardians}
    enrolment = EnrolmentFactory(**values | fields)
    if eligibility == Eligibility.ELIGIBLE and situation != Situation.TO_SEND:
        MAKERS.get(situation, add_sent)(cast, enrolment)
    return enrolment


def add_sent(cast: Cast, enrolment: Enrolment) -> Convention:
    return ConventionFactory(campaign=cast.campaign, enrolment=enrolment)


def add_signed(cast: Cast, enrolment: Enrolment) -> Convention:
    return ConventionFactory(campaign=cast.campaign, enrolment=enrolment, signed=True)


def add_refused(cast: Cast, enrolment: Enrolment) -> Convention:
    return ConventionFactory(campaign=cast.campaign, enrolment=enrolment, refused=True)


def add_opposed(cast: Cast, enrolment: Enrolment) -> Opposition:
    convention = add_sent(cast, enrolment)
    guardian = Guardian.objects.get(guardianships__pupil=enrolment.pupil)
    return record_opposition(
        convention=convention, guardian=guardian, reason="Pas d’accord.", by=cast.roux, at=AT
    )


def add_paper(state: str):
    def make(cast: Cast, enrolment: Enrolment) -> PaperCopy:
        file = store_bytes(b"scan", kind="paper", name="scan.pdf", content_type="application/pdf")
        reason = "La signature manque." if state == PaperState.REJECTED else ""
        return PaperCopy.objects.create(
            convention=add_sent(cast, enrolment),
            file=file,
            state=state,
            uploaded_by=cast.roux,
            uploaded_at=AT,
            reviewed_at=AT if reason else None,
            rejection_reason=reason,
        )

    return make


def add_loan(state: str):
    def make(cast: Cast, enrolment: Enrolment) -> Loan:
        convention = add_signed(cast, enrolment)
        device = DeviceFactory(state="on_loan")
        return Loan.objects.create(
            convention=convention,
            pupil=enrolment.pupil,
            device=device,
            state=state,
            started_on=date(2026, 9, 17),
        )

    return make


MAKERS = {
    Situation.SENT: add_sent,
    Situation.UNREACHABLE: add_sent,
    Situation.SIGNED: add_signed,
    Situation.REFUSED: add_refused,
    Situation.OPPOSED: add_opposed,
    Situation.PAPER_PENDING: add_paper(PaperState.PENDING),
    Situation.PAPER_REJECTED: add_paper(PaperState.REJECTED),
    Situation.EQUIPPED: add_loan(LoanState.ACTIVE),
    Situation.IN_REPAIR: add_loan(LoanState.IN_REPAIR),
    Situation.RETURN_DUE: add_loan(LoanState.RETURN_DUE),
}


def add_delivery(cast: Cast, school: School, state: str = DeliveryState.ACCEPTED, **fields) -> Delivery:
    values = {"on": date(2026, 10, 5), "gate_on": date(2026, 9, 28), "room": "Gymnase"} | fields
    return Delivery.objects.create(campaign=cast.campaign, school=school, state=state, **values)


def add_ticket(cast: Cast, school: School | None, state: str = TicketState.NEW) -> Ticket:
    number = Ticket.objects.count() + 1
    return Ticket.objects.create(
        number=f"D-{number:05}",
        campaign=cast.campaign,
        kind=TicketKind.CHARGER,
        state=state,
        channel=Channel.PORTAL,
        school=school,
        subject="Chargeur manquant",
        opened_at=AT,
        moved_at=AT,
    )


def add_return(cast: Cast, enrolment: Enrolment, due_on: date = TODAY - timedelta(days=3)) -> DeviceReturn:
    loan = Loan.objects.get(pupil=enrolment.pupil)
    return DeviceReturn.objects.create(
        reference=f"R-{loan.pk}",
        loan=loan,
        school=enrolment.school,
        reason=ReturnReason.CFA,
        verdict=VERDICT,
        opened_on=ON,
        due_on=due_on,
    )


def add_import(
    cast: Cast, school: School | None, state: str = ImportState.APPLIED, **fields
) -> EnrolmentImport:
    number = EnrolmentImport.objects.count() + 1
    values = {
        "uai": school.uai if school else "0149999Z",
        "source": "siecle",
        "content_sha256": f"{number:064}",
        "received_at": datetime(2026, 9, 20, 3, number % 60, tzinfo=UTC),
        "for_date": TODAY,
        "counts": {"listed": 312, "enrolled": 310, "arrivals": 2, "changes": 5, "departures": 1},
    }
    return EnrolmentImport.objects.create(
        school=school, campaign=cast.campaign, state=state, **values | fields
    )


def fill(cast: Cast) -> None:
    """Two schools with a pupil in each situation and more; things that no school owns as well."""
    for situation in Situation:
        add_pupil(cast, cast.tilleuls, situation)
    for situation in (Situation.SIGNED, Situation.SIGNED, Situation.SENT, Situation.EQUIPPED):
        add_pupil(cast, cast.rivage, situation)
    add_return(cast, Enrolment.objects.get(pupil__loans__state=LoanState.RETURN_DUE))
    add_delivery(cast, cast.tilleuls)
    add_delivery(cast, cast.rivage, DeliveryState.CONFIRMED)
    add_ticket(cast, cast.tilleuls)
    add_ticket(cast, cast.rivage, TicketState.WAITING_SCHOOL)
    add_ticket(cast, None)
    add_import(cast, cast.rivage, ImportState.HELD)
    add_import(cast, None, ImportState.HELD)
