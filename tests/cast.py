"""The people and places every test may call upon.

Mme Roux heads the Lycée des Tilleuls; M. Petit heads the Lycée du Rivage. Alix is a pupil of Mme Roux's, with a
mother who reads her mail; Noé is a pupil of M. Petit's. Sam works for the region, Lou drives the supplier's van,
Maud answers the helpdesk, Ilan keeps the warehouse.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from accounts.enums import Role
from accounts.models import User
from programmes.campaigns import open_campaign
from programmes.enums import SchoolKind
from programmes.models import Campaign
from schools.enums import Eligibility, GuardianLevel, StaffFunction
from schools.models import (
    Enrolment,
    Guardian,
    Guardianship,
    Pupil,
    School,
    SchoolMembership,
    SchoolStaff,
)
from schools.search import search_key


ON = date(2026, 9, 1)
AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
PASSWORD = "trois-mots-faciles"
VERDICT = {
    "outcome": "eligible",
    "reasons": ["Élève de seconde générale et technologique."],
    "rule": "population.entry_levels",
    "version": "normandie-2026 v1",
    "facts": {"level": "2211"},
    "on": ON.isoformat(),
}


@dataclass
class Cast:
    """The known world of a test; attributes are named for people and places."""

    campaign: Campaign
    tilleuls: School
    rivage: School
    roux: User
    petit: User
    sam: User
    lou: User
    maud: User
    ilan: User
    alix: Pupil
    noe: Pupil
    mother: Guardian

    def user(self, role: str) -> User:
        """The person of a role; Mme Roux for schools."""
        return {
            Role.REGION: self.sam,
            Role.SUPPLIER: self.lou,
            Role.HELPDESK: self.maud,
            Role.SCHOOL: self.roux,
            Role.WAREHOUSE: self.ilan,
        }[Role(role)]


def make_user(email: str, role: str, first_name: str, last_name: str) -> User:
    return User.objects.create_user(
        f"{email}@example.org", PASSWORD, role=role, first_name=first_name, last_name=last_name
    )


def make_school(uai: str, name: str, campaign: Campaign, head: User | None = None, **fields) -> School:
    """A member school of zone B, with its head if there is one."""
    values = {"kind": SchoolKind.LYCEE_POLY, "city": "Falaise-sur-Orne", "department": "014", "zone": "B"}
    school = School.objects.create(uai=uai, name=name, **values | fields)
    SchoolMembership.objects.create(school=school, campaign=campaign, voted_on=date(2026, 3, 12))
    if head:
        SchoolStaff.objects.create(school=school, user=head, function=StaffFunction.HEAD, started_on=ON)
    return school


def make_pupil(family_name: str, given_name: str, ine: str, birth_on: date = date(2011, 3, 14)) -> Pupil:
    return Pupil.objects.create(
        family_name=family_name,
        given_name=given_name,
        ine=ine,
        birth_on=birth_on,
        search_key=search_key(family_name, given_name),
    )


def make_enrolment(pupil: Pupil, school: School, campaign: Campaign, **fields) -> Enrolment:
    """A pupil of seconde, found eligible."""
    values = {
        "class_code": "2GT3",
        "study_code": "20010019110",
        "study_label": "Seconde générale et technologique",
        "level": "2211",
        "entered_on": ON,
        "eligibility": Eligibility.ELIGIBLE,
        "eligibility_verdict": VERDICT,
    }
    return Enrolment.objects.create(pupil=pupil, school=school, campaign=campaign, **values | fields)


def make_guardian(pupil: Pupil, given_name: str, email: str = "", **fields) -> Guardian:
    """A legal guardian of this pupil, reached by `email` if there is one."""
    number = Guardian.objects.count() + 1
    values = {"source": "siecle", "scope": "0140101J", "identifier": str(800000 + number), "title": "Mme"}
    guardian = Guardian.objects.create(
        family_name=pupil.family_name, given_name=given_name, email=email, **values | fields
    )
    Guardianship.objects.create(pupil=pupil, guardian=guardian, level=GuardianLevel.LEGAL, kinship="10")
    return guardian


def make_cast() -> Cast:
    """Two member schools of the Normandie preset, a pupil in each, and everybody who signs in."""
    campaign = open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 6, 1))
    roux = make_user("proviseure.tilleuls", Role.SCHOOL, "Hélène", "Roux")
    petit = make_user("proviseur.rivage", Role.SCHOOL, "Marc", "Petit")
    tilleuls = make_school("0140101J", "Lycée des Tilleuls", campaign, roux)
    rivage = make_school("0140102K", "Lycée du Rivage", campaign, petit)
    alix = make_pupil("DELORME", "Alix", "123456789AB")
    noe = make_pupil("ŒUVRARD", "Noé", "123456789AC")
    make_enrolment(alix, tilleuls, campaign)
    make_enrolment(noe, rivage, campaign)
    make_guardian(noe, "Karim", "karim.oeuvrard@example.org", title="M.")
    return Cast(
        campaign=campaign,
        tilleuls=tilleuls,
        rivage=rivage,
        roux=roux,
        petit=petit,
        sam=make_user("sam.gauthier", Role.REGION, "Sam", "Gauthier"),
        lou=make_user("lou.ferrand", Role.SUPPLIER, "Lou", "Ferrand"),
        maud=make_user("maud.leroy", Role.HELPDESK, "Maud", "Leroy"),
        ilan=make_user("ilan.baret", Role.WAREHOUSE, "Ilan", "Baret"),
        alix=alix,
        noe=noe,
        mother=make_guardian(alix, "Nadia", "nadia.delorme@example.org"),
    )
