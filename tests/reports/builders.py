"""A small region, row by row: what the faces are tested on. Fictitious people only."""

import itertools
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import User
from distribution.enums import DeliveryState
from distribution.models import Delivery
from loans.enums import ConventionState, SignatureMethod, SignerKind
from loans.models import Convention, ConventionText, Device, DeviceModel, Loan
from programmes.campaigns import open_campaign
from programmes.models import Campaign
from schools.enums import Eligibility, EnrolmentState, GuardianLevel, SchoolKind, StaffFunction
from schools.models import (
    Enrolment,
    EnrolmentImport,
    Guardian,
    Guardianship,
    Pupil,
    School,
    SchoolMembership,
    SchoolStaff,
)
from schools.search import search_key


TODAY = date(2026, 9, 21)
NUMBERS = itertools.count(1)
KEYS = "ABCDEFGHJKLMNPRSTUVWXYZ"
VERDICT = {
    "outcome": "eligible",
    "reasons": ["Seconde générale : tous les élèves de ce niveau sont équipés."],
    "rule": "population.entry_levels",
    "version": "normandie-2026 v1",
    "facts": {"level": "2211"},
    "on": "2026-09-07",
}


def instant(day: date = TODAY, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def make_campaign() -> Campaign:
    return open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 6, 1))


def make_school(campaign: Campaign, name: str = "Lycée des Embruns", **fields) -> School:
    number = next(NUMBERS)
    uai = fields.pop("uai", f"014{number:04}{KEYS[number % len(KEYS)]}")
    school = School.objects.create(
        uai=uai, name=name, kind=SchoolKind.LYCEE_GT, **{"city": "Port-Salin", "department": "14"} | fields
    )
    SchoolMembership.objects.create(school=school, campaign=campaign, voted_on=date(2026, 4, 2))
    return school


def make_user(role: str, school: School | None = None, email: str = "", **names) -> User:
    address = email or f"{role}{next(NUMBERS)}@cartable.test"
    user = User.objects.create_user(address, "a long sentence for tests", role=role, **names)
    if school:
        appoint(user, school)
    return user


def appoint(user: User, school: School) -> SchoolStaff:
    return SchoolStaff.objects.create(
        school=school, user=user, function=StaffFunction.HEAD, started_on=date(2026, 9, 1)
    )


def make_pupil(
    school: School,
    campaign: Campaign,
    *,
    family: str = "Marchand",
    given: str = "Alix",
    class_code: str = "2GT1",
    eligible: bool = True,
    guardian_email: str | None = "famille@exemple.test",
    born: date = date(2011, 3, 4),
    state: str = EnrolmentState.ACTIVE,
) -> Enrolment:
    """A pupil enrolled, with one legal guardian unless `guardian_email` is None."""
    number = next(NUMBERS)
    pupil = Pupil.objects.create(
        ine=f"{number:09}AA",
        family_name=family,
        given_name=given,
        birth_on=born,
        search_key=search_key(family, given),
    )
    if guardian_email is not None:
        add_guardian(pupil, email=guardian_email)
    return Enrolment.objects.create(
        pupil=pupil,
        school=school,
        campaign=campaign,
        study_code="20010018110",
        study_label="Seconde générale",
        level="2211",
        class_code=class_code,
        entered_on=date(2026, 9, 1),
        state=state,
        left_on=date(2026, 9, 15) if state == EnrolmentState.LEFT else None,
        eligibility=Eligibility.ELIGIBLE if eligible else Eligibility.NOT_ELIGIBLE,
        eligibility_verdict=VERDICT if eligible else VERDICT | {"outcome": "not_eligible"},
    )


def add_guardian(pupil: Pupil, *, email: str, family: str = "Marchand", given: str = "Camille") -> Guardian:
    guardian = Guardian.objects.create(
        source="siecle",
        scope="test",
        identifier=str(next(NUMBERS)),
        family_name=family,
        given_name=given,
        email=email,
    )
    Guardianship.objects.create(pupil=pupil, guardian=guardian, level=GuardianLevel.LEGAL)
    return guardian


def make_convention(enrolment: Enrolment, state: str = ConventionState.SENT, **fields) -> Convention:
    text, _created = ConventionText.objects.get_or_create(
        campaign=enrolment.campaign,
        number=1,
        defaults={"rules": enrolment.campaign.rules, "sections": [], "sha256": "0" * 64},
    )
    signed = state == ConventionState.SIGNED
    values = {
        "sent_on": None if state == ConventionState.DRAFT else date(2026, 9, 7),
        "signed_on": date(2026, 9, 10) if signed else None,
        "signature_method": SignatureMethod.ELECTRONIC if signed else None,
        "refused_on": date(2026, 9, 11) if state == ConventionState.REFUSED else None,
    } | fields
    return Convention.objects.create(
        reference=f"N26-{next(NUMBERS):06}-K",
        campaign=enrolment.campaign,
        pupil=enrolment.pupil,
        enrolment=enrolment,
        text=text,
        state=state,
        signer_kind=SignerKind.GUARDIAN,
        eligibility_verdict=VERDICT,
        issued_on=date(2026, 9, 7),
        **values,
    )


def lend(convention: Convention, **fields) -> Loan:
    model, _created = DeviceModel.objects.get_or_create(
        brand="Armor", name="A14", defaults={"kit": ["chargeur"], "purchase_amount": 400}
    )
    number = next(NUMBERS)
    device = Device.objects.create(
        model=model,
        serial=f"SN{number:06}",
        asset_tag=f"CAR-{number:05}",
        state="on_loan",
        received_on=date(2026, 8, 20),
    )
    return Loan.objects.create(
        convention=convention,
        pupil=convention.pupil,
        device=device,
        **{"started_on": date(2026, 9, 17)} | fields,
    )


def make_delivery(
    school: School, campaign: Campaign, state: str = DeliveryState.ACCEPTED, **fields
) -> Delivery:
    on = fields.pop("on", date(2026, 10, 5))
    return Delivery.objects.create(
        school=school,
        campaign=campaign,
        state=state,
        on=on,
        **{"gate_on": on - timedelta(days=7), "room": "Salle polyvalente"} | fields,
    )


def make_import(
    school: School | None, campaign: Campaign, state: str = "applied", **fields
) -> EnrolmentImport:
    values = {
        "uai": school.uai if school else "0149999Z",
        "source": "siecle",
        "content_sha256": f"{next(NUMBERS):064}",
        "received_at": instant(hour=3),
        "for_date": TODAY,
        "counts": {"listed": 312, "enrolled": 310, "arrivals": 2, "changes": 5, "departures": 1},
    } | fields
    return EnrolmentImport.objects.create(school=school, campaign=campaign, state=state, **values)
