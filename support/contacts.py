"""To whom a message goes. Each guardian is written to apart: nobody reads another's address (invariant 10)."""

from datetime import date

from schools.models import Enrolment, Pupil, School


def family_addresses(pupil: Pupil, on: date) -> list[str]:
    """The adult pupil's address, or those of the legal guardians; nobody is written to after a death."""
    if pupil.deceased_on:
        return []
    if pupil.is_adult(on):
        return [pupil.email] if pupil.email else []
    guardians = pupil.guardianships.legal().select_related("guardian")
    addresses = (guardianship.guardian.email.strip().lower() for guardianship in guardians)
    return list(dict.fromkeys(address for address in addresses if address))


def school_addresses(school: School | None) -> list[str]:
    """The school's own address, or else those of the people who act for it."""
    if school is None:
        return []
    if school.email:
        return [school.email]
    posts = school.staff.filter(ended_on=None).select_related("user").order_by("pk")
    return [post.user.email for post in posts]


def present_enrolment(pupil: Pupil) -> Enrolment | None:
    """Where the pupil is now, or the last place known."""
    return (
        pupil.enrolments.select_related("school", "campaign__programme", "campaign__rules")
        .order_by("-campaign__school_year", "state", "-entered_on", "-pk")
        .first()
    )
