"""What a mailing announces is what leaves: counted in one question, as the letters themselves ask it (trust 58)."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import combinations_with_replacement

import pytest

from core.addresses import block_address
from core.models import Trouble
from loans.enums import MailingKind, SignatureMethod, SignerKind
from loans.mailings.reach import SchoolReach, reach_of
from loans.mailings.recipients import persons_of
from loans.models import AddressCorrection, Convention, Delegation, Signature, SigningLink
from schools.models import Guardian
from tests.kit.queries import assert_same_queries
from tests.loans.factories import ConventionFactory
from tests.schools.factories import EnrolmentFactory, GuardianFactory, GuardianshipFactory, SchoolFactory


AT = datetime(2026, 9, 1, 8, tzinfo=UTC)


def reached(_convention, guardian):
    return guardian


def no_address(_convention, guardian):
    guardian.email = ""
    guardian.save()


def came_back(_convention, guardian):
    block_address(address=guardian.email.upper(), trouble=Trouble.BOUNCED, detail="550", at=AT)


def complained(_convention, guardian):
    block_address(address=guardian.email, trouble=Trouble.COMPLAINED, detail="", at=AT)


def mended(convention, guardian):
    no_address(convention, guardian)
    correct(guardian, base="")


def mended_before_the_base_changed(convention, guardian):
    correct(guardian, base="avant@example.org")
    came_back(convention, guardian)


def service(convention, guardian):
    guardian.guardianships.filter(pupil=convention.pupil).update(kinship="51")


def link_ended(convention, guardian):
    guardian.guardianships.filter(pupil=convention.pupil).update(ended_on=date(2026, 8, 1))


def signed(convention, guardian):
    Signature.objects.create(
        convention=convention,
        guardian=guardian,
        method=SignatureMethod.DESK,
        signer_name=guardian.full_name if guardian else "",
        consent="oui",
        text_sha256="0" * 64,
        signed_at=AT,
    )


def left_to_other(convention, guardian):
    Delegation.objects.create(convention=convention, guardian=guardian, made_at=AT)


def written_to(convention, guardian):
    SigningLink.objects.create(
        convention=convention,
        guardian=guardian,
        token_hash=f"{convention.pk:032d}{guardian.pk:032d}",
        sent_to=guardian.email,
        issued_at=AT,
        expires_at=AT + timedelta(days=30),
    )


def correct(guardian, *, base):
    email = f"mieux{guardian.pk}@example.org"
    AddressCorrection.objects.create(guardian=guardian, email=email, base_email=base, corrected_at=AT)


SITUATIONS = [
    reached,
    no_address,
    came_back,
    complained,
    mended,
    mended_before_the_base_changed,
    service,
    link_ended,
    signed,
    left_to_other,
    written_to,
]


@pytest.fixture
def families(campaign):
    """Every pair of situations, families of one guardian and of none, adult pupils: in two schools."""
    schools = [SchoolFactory(), SchoolFactory()]

    def family(number, *situations):
        enrolment = EnrolmentFactory(campaign=campaign, school=schools[number % 2], guardians=0)
        convention = ConventionFactory(campaign=campaign, enrolment=enrolment)
        for situation in situations:
            guardian = GuardianFactory()
            GuardianshipFactory(pupil=enrolment.pupil, guardian=guardian)
            situation(convention, guardian)
        return convention

    for number, pair in enumerate(combinations_with_replacement(SITUATIONS, 2)):
        family(number, *pair)
    for number, alone in enumerate(SITUATIONS):
        family(number, alone)
    family(0)
    for number, email in enumerate(["", "majeure@example.org", "revient@example.org", "signe@example.org"]):
        adult = family(number)
        adult.signer_kind, adult.pupil.email = SignerKind.PUPIL, email
        adult.save()
        adult.pupil.save()
    block_address(address="revient@example.org", trouble=Trouble.BOUNCED, detail="", at=AT)
    signed(adult, None)


def one_by_one(conventions, kind):
    """The same, from the persons the letters would be written to."""
    found = defaultdict(Counter)
    rows = list(conventions.select_related("enrolment"))
    people = persons_of(rows, kind)
    for row in rows:
        known, counts = people[row.pk], found[row.enrolment.school_id]
        messages = sum(person.can_be_written for person in known)
        troubles = {person.trouble for person in known if person.email}
        counts.update(families_count=1, messages_count=messages)
        if messages:
            continue
        if not known:
            counts["no_signer_count"] += 1
        elif Trouble.BOUNCED in troubles:
            counts["bounced_count"] += 1
        elif Trouble.COMPLAINED in troubles:
            counts["complained_count"] += 1
        else:
            counts["no_address_count"] += 1
    return {school: SchoolReach(**counts) for school, counts in found.items()}


@pytest.mark.parametrize("kind", [MailingKind.FIRST, MailingKind.REMINDER, MailingKind.NEW_ADDRESS])
def test_what_is_counted_is_whom_the_letters_would_be_written_to(families, kind):
    kinds = [SignerKind.GUARDIAN] if kind == MailingKind.NEW_ADDRESS else list(SignerKind)
    conventions = Convention.objects.filter(signer_kind__in=kinds)
    reach = reach_of(conventions, kind)
    assert reach.schools == one_by_one(conventions, kind)
    assert reach.families_count == conventions.count() > 70
    each = [vars(counts).values() for counts in reach.schools.values()]
    assert all(sum(column) for column in zip(*each, strict=True))
    assert reach.up_to == conventions.order_by("pk").last().pk


def test_a_part_of_them_is_counted_alone(families):
    school = Convention.objects.first().enrolment.school_id
    conventions = Convention.objects.filter(enrolment__school=school, reference__contains="0")
    assert list(reach_of(conventions, MailingKind.FIRST).schools) == [school]
    assert reach_of(conventions.none(), MailingKind.FIRST).families_count == 0


def test_a_few_families_or_many_are_as_many_questions(campaign):
    ConventionFactory.create_batch(2, campaign=campaign)
    assert_same_queries(
        lambda: reach_of(Convention.objects.all(), MailingKind.FIRST),
        grow=lambda: ConventionFactory.create_batch(20, campaign=campaign),
    )
    assert Guardian.objects.count() == 22
