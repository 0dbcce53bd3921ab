"""The story, once, from the enrolment file to a closed loan. Read this first: every act of the house is called here.

Normandie's rules; the Lycée des Tilleuls; Alix, fifteen, in seconde, and her mother Nadia, who reads her mail.
"""

import re
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.enums import Role
from config.nightly import run_day
from core.evidence import Trace, first_broken
from core.models import EvidenceEvent, Message
from core.outbox import deliver_due
from core.refusals import Refused
from distribution.desk import close_day, hand_over, open_day
from distribution.enums import DeliveryState, GateOutcome
from distribution.models import HalfDay, Team
from distribution.planning import accept_delivery, propose_delivery
from loans.enums import ConventionState, DeviceState, LoanEnd, LoanState
from loans.links import check_birth_date, find_link
from loans.models import Convention, Device, DeviceModel, Loan
from loans.proof.sealing import store_signed_document
from loans.signing import sign_convention
from programmes.campaigns import open_campaign
from schools.enums import Eligibility
from schools.fictitious.evolutions import leave
from schools.fictitious.region import make_region
from schools.fictitious.siecle import write_school
from schools.imports import import_enrolments
from schools.models import Enrolment, Pupil
from support.enums import Channel, ReturnState, TicketKind, TicketState
from support.interventions import confirm_receipt, finish_repair, grant_repair, receive_at_workshop, refuse
from support.models import DeviceReturn
from support.returns import inspect_return, receive_return, send_label
from support.tickets import open_ticket
from tests.cast import make_school, make_user
from tests.kit.smtp import smtp_server


pytestmark = pytest.mark.django_db

FILE_ON = date(2026, 8, 31)
MAILING_ON = date(2026, 9, 1)
DELIVERY_ON = date(2026, 9, 28)
LEFT_ON = date(2027, 1, 11)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=timezone.get_default_timezone())


class Story:
    """What the chapters share: the school's base, its files, and the people who act."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self.campaign = open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 6, 1))
        self.base = make_region(schools=1, pupils=30, seed=7).schools[0]
        self.school = make_school(
            self.base.uai, "Lycée des Tilleuls", self.campaign, department=self.base.department
        )
        self.planner = make_user("lou.ferrand", Role.SUPPLIER, "Lou", "Ferrand")
        self.agent = make_user("maud.leroy", Role.HELPDESK, "Maud", "Leroy")
        self.keeper = make_user("ilan.baret", Role.WAREHOUSE, "Ilan", "Baret")

    def receive_file(self, day: date):
        """The night's SIECLE export of the school, zipped as the ministry zips it."""
        paths = write_school(self.base, self.folder / f"{day}", year=2026, at=at(day, 1).replace(tzinfo=None))
        return import_enrolments(paths=paths, campaign=self.campaign, by=None, at=at(day, 2), on=day)

    def sign(self, convention: Convention, day: date) -> None:
        """A family opens its mail, gives the pupil's birth date, and signs."""
        body = Message.objects.about(convention.stream).earliest("pk").clear_body
        link = find_link(re.search(r"/signer/([\w-]+)/", body)[1])
        check_birth_date(link=link, birth_on=convention.pupil.birth_on, at=at(day))
        sign_convention(
            link=link,
            consent="J’ai lu la convention et je l’accepte.",
            text_sha256=convention.text.sha256,
            trace=Trace("192.0.2.1", "Mobile"),
            at=at(day),
        )


@pytest.fixture
def story(tmp_path):
    return Story(tmp_path)


def test_the_story(story, settings):
    # A file comes in the night: pupils, guardians, enrolments; who is eligible, and why (N1, N2).
    report = story.receive_file(FILE_ON)
    assert report.counts.arrivals == 30
    run_day(on=FILE_ON, at=at(FILE_ON, 3), deliver=False)
    eligible = Enrolment.objects.filter(eligibility=Eligibility.ELIGIBLE)
    assert 0 < eligible.count() < 30
    assert all(enrolment.verdict.reasons for enrolment in Enrolment.objects.all())

    # The mailing: each family that can be reached gets one e-mail per guardian (N3).
    with smtp_server(settings) as mailbox:
        run_day(on=MAILING_ON, at=at(MAILING_ON, 10))
        run_day(on=MAILING_ON, at=at(MAILING_ON, 11))
    assert len(mailbox.messages) == len(set(mailbox.message_ids)) == Message.objects.count() > 0
    conventions = list(Convention.objects.filter(state=ConventionState.SENT).order_by("pk"))

    # Families sign; the signed text is kept once, and its evidence holds.
    for convention in conventions:
        story.sign(convention, MAILING_ON + timedelta(days=3))
    alix = conventions[0]
    alix.refresh_from_db()
    assert alix.state == ConventionState.SIGNED
    document = store_signed_document(alix.pk, at=at(MAILING_ON + timedelta(days=3)))
    assert document.read_bytes().startswith(b"%PDF-")
    assert store_signed_document(alix.pk, at=at(DELIVERY_ON)).pk == document.pk
    assert first_broken(EvidenceEvent.objects.filter(stream=alix.stream)) is None

    # A day is proposed, the school accepts, and the gate decides at D−7 on a file of the night (N6, N7).
    team = Team.objects.create(campaign=story.campaign, name="Équipe 1")
    delivery = propose_delivery(
        school=story.school,
        campaign=story.campaign,
        on=DELIVERY_ON,
        half_day=HalfDay.MORNING,
        team=team,
        by=story.planner,
        at=at(MAILING_ON),
    )
    accept_delivery(delivery=delivery, room="Salle 12", comment="", by=None, at=at(MAILING_ON))
    gate_on = DELIVERY_ON - timedelta(days=7)
    story.receive_file(gate_on)
    run_day(on=gate_on, at=at(gate_on, 3), deliver=False)
    delivery.refresh_from_db()
    assert (delivery.gate_check.outcome, delivery.state) == (GateOutcome.CONFIRMED, DeliveryState.CONFIRMED)
    assert delivery.gate_check.why.facts

    # The day itself: the pupil, the serial, the laptop; those who did not come are settled by the rule (N8).
    model = DeviceModel.objects.create(brand="Ardoise", name="14", purchase_amount="438.00")
    for number in range(40):
        Device.objects.create(
            model=model, serial=f"SN{number:03}", asset_tag=f"T{number:03}", received_on=FILE_ON
        )
    open_day(delivery=delivery, by=story.planner, on=DELIVERY_ON, at=at(DELIVERY_ON, 8))
    line = hand_over(
        delivery=delivery,
        pupil=alix.pupil,
        device_code="SN007",
        scan_id=uuid4(),
        by=story.planner,
        on=DELIVERY_ON,
        at=at(DELIVERY_ON),
    )
    loan = line.loan
    assert (loan.state, loan.device.serial, loan.pupil) == (LoanState.ACTIVE, "SN007", alix.pupil)
    with pytest.raises(Refused):  # one laptop, one pupil (invariant 1)
        hand_over(
            delivery=delivery,
            pupil=conventions[1].pupil,
            device_code="SN007",
            scan_id=uuid4(),
            by=story.planner,
            on=DELIVERY_ON,
            at=at(DELIVERY_ON),
        )
    assert close_day(delivery=delivery, by=story.planner, on=DELIVERY_ON, at=at(DELIVERY_ON, 12)).reasons

    # It breaks: repaired, « une seule fois » (N10). It breaks again: refused, and the reason is kept (X6).
    def breaks(day: date):
        return open_ticket(
            campaign=story.campaign,
            kind=TicketKind.BREAKDOWN,
            subject="L’écran reste noir",
            body="Plus rien ne s’affiche.",
            channel=Channel.PHONE,
            pupil=alix.pupil,
            by=story.agent,
            at=at(day),
        )

    november = date(2026, 11, 10)
    ticket = breaks(november)
    repair = grant_repair(ticket=ticket, by=story.agent, at=at(november))
    receive_at_workshop(
        intervention=repair, diagnosis="Nappe débranchée", by=story.keeper, at=at(november, 14)
    )
    loan.refresh_from_db()
    assert loan.state == LoanState.IN_REPAIR
    finish_repair(intervention=repair, by=story.keeper, at=at(november, 16))
    confirm_receipt(ticket=ticket, by=story.agent, at=at(november, 17))
    loan.refresh_from_db()
    assert loan.state == LoanState.ACTIVE
    again = breaks(date(2026, 12, 1))
    with pytest.raises(Refused) as refusal:
        grant_repair(ticket=again, by=story.agent, at=at(date(2026, 12, 1)))
    assert refusal.value.code == "not_entitled"
    refuse(ticket=again, by=story.agent, at=at(date(2026, 12, 1)))
    again.refresh_from_db()
    assert again.state == TicketState.REFUSED
    assert "une seule fois" in " ".join(again.why.reasons)

    # She leaves: the school types a date, the next file says so, a return opens by itself (N12).
    in_base = next(pupil for pupil in story.base.pupils if pupil.ine == alix.pupil.ine)
    leave(in_base, on=LEFT_ON - timedelta(days=1))
    assert story.receive_file(LEFT_ON).counts.departures == 1
    run_day(on=LEFT_ON, at=at(LEFT_ON, 3), deliver=False)
    run_day(on=LEFT_ON, at=at(LEFT_ON, 4), deliver=False)
    device_return = DeviceReturn.objects.get(loan=loan)
    loan.refresh_from_db()
    assert loan.state == LoanState.RETURN_DUE
    assert device_return.why.reasons

    # A label, a parcel, an inspection: the loan is closed and the laptop waits to be wiped (N12, N16).
    send_label(device_return=device_return, by=story.agent, at=at(LEFT_ON))
    receive_return(device_return=device_return, by=story.keeper, at=at(LEFT_ON, 14))
    kit = [item.code for item in story.campaign.rule_tree.accessories.kit]
    inspect_return(
        device_return=device_return, present=kit, condition="good", by=story.keeper, at=at(LEFT_ON, 15)
    )
    device_return.refresh_from_db()
    loan.refresh_from_db()
    assert device_return.state == ReturnState.CLOSED
    assert (loan.state, loan.end_reason, loan.ended_on) == (LoanState.CLOSED, LoanEnd.RETURNED, LEFT_ON)
    assert loan.device.state == DeviceState.QUARANTINED

    # Nobody was lost on the way: every pupil of the first file is still there.
    assert Pupil.objects.count() == 30
    assert Loan.objects.filter(pupil=alix.pupil).count() == 1
    assert deliver_due(at=at(LEFT_ON, 16))["dead"] == 0
