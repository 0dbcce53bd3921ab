"""Valid rows of the schools app; traits name situations."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from accounts.enums import Role
from accounts.models import User
from programmes.enums import SchoolKind
from schools.enums import Eligibility, GuardianLevel, StaffFunction
from schools.models import Enrolment, Guardian, Guardianship, Pupil, School, SchoolMembership, SchoolStaff
from schools.search import search_key


UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def uai(number: int) -> str:
    """A number of school with its key letter."""
    return f"{number:07d}{UAI_LETTERS[number % 23]}"


class UserFactory(DjangoModelFactory):
    """A member of staff; a region officer unless told otherwise."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"agent{n}@example.org")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Agent{n}")
    role = Role.REGION
    password = "!"


class SchoolFactory(DjangoModelFactory):
    class Meta:
        model = School

    uai = factory.Sequence(lambda n: uai(140500 + n))
    name = factory.Sequence(lambda n: f"Lycée des Essais {n}")
    kind = SchoolKind.LYCEE_POLY
    department = "014"
    zone = "B"
    city = "Essaiville"


class SchoolMembershipFactory(DjangoModelFactory):
    class Meta:
        model = SchoolMembership

    school = factory.SubFactory(SchoolFactory)


class SchoolStaffFactory(DjangoModelFactory):
    """A head teacher of a school, since last year."""

    class Meta:
        model = SchoolStaff

    school = factory.SubFactory(SchoolFactory)
    user = factory.SubFactory(UserFactory, role=Role.SCHOOL)
    function = StaffFunction.HEAD
    started_on = date(2025, 9, 1)


class PupilFactory(DjangoModelFactory):
    """A pupil of fifteen; `adult` was eighteen before the rentrée of 2026."""

    class Meta:
        model = Pupil

    class Params:
        adult = factory.Trait(birth_on=date(2008, 3, 14), email="eleve.majeure@example.org")

    ine = factory.Sequence(lambda n: f"{n:010d}X")
    family_name = factory.Sequence(lambda n: f"Essai{n}")
    given_name = "Alix"
    birth_on = date(2011, 3, 14)
    search_key = factory.LazyAttribute(lambda row: search_key(row.family_name, row.given_name))


class GuardianFactory(DjangoModelFactory):
    class Meta:
        model = Guardian

    source = "siecle"
    scope = "0140500A"
    identifier = factory.Sequence(str)
    title = "Mme"
    family_name = factory.Sequence(lambda n: f"Parent{n}")
    given_name = "Dominique"
    email = factory.LazyAttribute(lambda row: f"parent{row.identifier}@example.org")


class GuardianshipFactory(DjangoModelFactory):
    """A legal guardian with an e-mail address."""

    class Meta:
        model = Guardianship

    pupil = factory.SubFactory(PupilFactory)
    guardian = factory.SubFactory(GuardianFactory)
    level = GuardianLevel.LEGAL
    rank = 1


class EnrolmentFactory(DjangoModelFactory):
    """A pupil of Seconde, eligible, with one legal guardian who has an e-mail address; give `campaign`."""

    class Meta:
        model = Enrolment
        skip_postgeneration_save = True

    pupil = factory.SubFactory(PupilFactory)
    school = factory.SubFactory(SchoolFactory)
    study_code = "10010012110"
    study_label = "2NDE GENERALE ET TECHNOLOGIQUE"
    level = "2211"
    class_code = "2DE1"
    entered_on = date(2026, 9, 1)
    eligibility = Eligibility.ELIGIBLE
    eligibility_verdict = factory.LazyAttribute(
        lambda row: {
            "outcome": "eligible",
            "reasons": ["Tous les élèves de ce niveau sont équipés."],
            "rule": "population.entry_levels",
            "version": row.campaign.rules_version,
            "facts": {"level": row.level},
            "on": row.entered_on.isoformat(),
        }
    )

    @factory.post_generation
    def guardians(self, create, extracted, **kwargs):
        """`guardians=0` leaves the pupil alone; a number makes as many."""
        count = 1 if extracted is None else extracted
        for rank in range(1, count + 1 if create else 1):
            GuardianshipFactory(pupil=self.pupil, rank=rank)
