"""Many pupils at once, for tests of numbers and of accidents."""

from datetime import date, datetime

from loans.mailing import send_due_conventions
from loans.mailings.approving import approve_mailing, launch_mailing
from loans.mailings.running import run_mailing
from programmes.models import Campaign
from schools.enums import GuardianLevel
from schools.models import Enrolment, Guardian, Guardianship, Pupil
from tests.schools.factories import EnrolmentFactory, SchoolFactory, UserFactory


def enrol_crowd(campaign: Campaign, count: int) -> None:
    """Eligible pupils of one school, each with one legal guardian who has an address of her own."""
    pupils = Pupil.objects.bulk_create(
        Pupil(ine=f"{rank:010d}Z", family_name=f"Foule{rank}", given_name="Zoé", birth_on=date(2011, 1, 1))
        for rank in range(count)
    )
    guardians = Guardian.objects.bulk_create(
        Guardian(
            source="siecle",
            scope="foule",
            identifier=str(rank),
            family_name=f"Foule{rank}",
            email=f"famille{rank}@example.org",
        )
        for rank in range(count)
    )
    Guardianship.objects.bulk_create(
        Guardianship(pupil=pupil, guardian=guardian, level=GuardianLevel.LEGAL)
        for pupil, guardian in zip(pupils, guardians, strict=True)
    )
    school = SchoolFactory()
    Enrolment.objects.bulk_create(
        EnrolmentFactory.build(pupil=pupil, school=school, campaign=campaign) for pupil in pupils
    )


def send_to_crowd(campaign: Campaign, *, on: date, at: datetime) -> None:
    """First letters, whatever their number: two officers agree to those that wait."""
    send_due_conventions(campaign=campaign, on=on, at=at)
    for mailing in campaign.mailings.to_decide():
        launch_mailing(mailing=mailing, by=UserFactory(), at=at)
        run_mailing(mailing=approve_mailing(mailing=mailing, by=UserFactory(), at=at), on=on, at=at)
