"""Laptops in hands, for the tests of the helpdesk."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile

from loans.lending import lend_device
from programmes.enums import DepartureReason
from schools.enums import ChangeKind, EnrolmentState
from schools.models import EnrolmentChange
from support.enums import Channel, TicketKind
from support.models import DeviceReturn
from support.returns import open_return
from support.rules import DepartureFacts, departure_outcome
from support.tickets import open_ticket
from tests.loans.factories import ConventionFactory, DeviceFactory


PARIS = ZoneInfo("Europe/Paris")
LENT_ON = date(2026, 9, 15)
LENT_AT = datetime(2026, 9, 15, 10, tzinfo=PARIS)
ON = date(2026, 10, 12)
AT = datetime(2026, 10, 12, 9, 30, tzinfo=PARIS)


def scan(name="declaration.pdf"):
    """A document as a browser sends it."""
    return SimpleUploadedFile(name, b"%PDF-1.7 a scan", content_type="application/pdf")


def lent(pupil, campaign):
    """This pupil signed and has a laptop since 15 September."""
    enrolment = pupil.enrolments.get(campaign=campaign, state=EnrolmentState.ACTIVE)
    convention = ConventionFactory(signed=True, enrolment=enrolment, campaign=campaign)
    return lend_device(
        pupil=pupil, convention=convention, device=DeviceFactory(), by=None, on=LENT_ON, at=LENT_AT
    )


def ticket_for(pupil, campaign, kind=TicketKind.BREAKDOWN, at=AT, **fields):
    """The mother calls; a school asks when `by` and `channel` say so."""
    values = {
        "subject": "L’écran reste noir",
        "body": f"Depuis ce matin ({at:%d/%m %H:%M}).",
        "channel": Channel.PHONE,
        "by": None,
        "requester_name": "Nadia Delorme",
        "requester_email": "nadia.delorme@example.org",
    }
    return open_ticket(campaign=campaign, kind=kind, pupil=pupil, at=at, **values | fields)


def asked_back(loan, reason=DepartureReason.OTHER_REGION, at=AT) -> DeviceReturn:
    """A return opened by hand, under the campaign's rules."""
    campaign = loan.convention.campaign
    verdict = departure_outcome(DepartureFacts(reason), campaign.rule_tree, campaign.rules_version, at.date())
    return open_return(
        loan=loan,
        reason=reason,
        verdict=verdict,
        by=None,
        at=at,
        school=loan.convention.enrolment.school,
    )


def left(enrolment, on=ON, exit_reason="", kind=ChangeKind.LEFT) -> EnrolmentChange:
    """The night's file no longer has this pupil."""
    enrolment.state, enrolment.left_on, enrolment.exit_reason = EnrolmentState.LEFT, on, exit_reason
    enrolment.save(update_fields=["state", "left_on", "exit_reason"])
    return EnrolmentChange.objects.create(enrolment=enrolment, kind=kind, on=on)
