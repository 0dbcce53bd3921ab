"""Conventions are issued once, follow the pupil, and give way when their text or signer changes (N2, N3)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from core.models import EvidenceEvent
from loans.conventions import consume_changes, issue_conventions
from loans.enums import ConventionState, SignerKind
from loans.lending import lend_device
from loans.models import Convention
from loans.publishing import text_for
from loans.references import number_of, reference
from programmes.ruling import adopt_rules, vote_rules
from schools.enums import ChangeKind, EnrolmentState
from schools.models import EnrolmentChange, SchoolMembership
from tests.kit.queries import queries_of
from tests.loans.conftest import NOON
from tests.loans.factories import ConventionFactory, DeviceFactory
from tests.schools.factories import EnrolmentFactory, PupilFactory, SchoolFactory


ON = date(2026, 9, 1)
NOTHING = {"renewed": 0, "issued": 0, "sent": 0, "messages": 0}


@pytest.fixture
def school(campaign):
    school = SchoolFactory()
    SchoolMembership.objects.create(school=school, campaign=campaign)
    return school


@pytest.fixture
def enrol(school, campaign):
    return lambda **fields: EnrolmentFactory(**{"school": school, "campaign": campaign} | fields)


def issue(campaign):
    return issue_conventions(campaign=campaign, on=ON, by=None)["issued"]


def consume(campaign, on=ON):
    return consume_changes(campaign=campaign, on=on)


def change(enrolment, kind):
    return EnrolmentChange.objects.create(enrolment=enrolment, kind=kind, on=ON)


def vote(campaign, section, **values):
    document = campaign.rule_tree.as_document()
    document[section] |= values
    rules = vote_rules(programme=campaign.programme, document=document, note="Essai", by=None, on=ON)
    adopt_rules(campaign=campaign, rules=rules, by=None, on=ON)
    campaign.refresh_from_db()


def test_each_eligible_pupil_gets_one_convention_and_its_reasons(campaign, enrol):
    enrolment = enrol()
    assert (issue(campaign), issue(campaign)) == (1, 0)
    convention = Convention.objects.get()
    assert (convention.state, convention.enrolment) == (ConventionState.DRAFT, enrolment)
    assert convention.verdict.rule == "population.entry_levels"
    assert number_of(convention.reference) == 1
    assert EvidenceEvent.objects.get(stream=convention.stream).action == "issued"
    assert convention.log.get().to_state == ConventionState.DRAFT


def test_an_adult_signs_alone_and_a_minor_does_not(campaign, enrol):
    adult = enrol(pupil=PupilFactory(birth_on=date(2008, 9, 1)))
    minor = enrol(pupil=PupilFactory(birth_on=date(2008, 9, 2)))
    issue(campaign)
    kinds = dict(Convention.objects.values_list("pupil", "signer_kind"))
    assert kinds == {adult.pupil_id: SignerKind.PUPIL, minor.pupil_id: SignerKind.GUARDIAN}


def test_a_pupil_who_comes_of_age_before_signing_gets_another_convention(campaign, enrol):
    """Trust 13: birthday between sending and signing."""
    enrol(pupil=PupilFactory(birth_on=date(2008, 9, 20)))
    issue(campaign)
    first = Convention.objects.get()
    issue_conventions(campaign=campaign, on=date(2026, 9, 19), by=None)
    assert Convention.objects.count() == 1
    issue_conventions(campaign=campaign, on=date(2026, 9, 20), by=None)
    first.refresh_from_db()
    assert first.state == ConventionState.SUPERSEDED
    assert Convention.objects.open().get().signer_kind == SignerKind.PUPIL


def test_a_change_is_consumed_once(campaign, enrol):
    change(enrol(), ChangeKind.ARRIVED)
    assert consume(campaign)["issued"] == 1
    assert not EnrolmentChange.objects.pending_for("loans").exists()
    again = consume(campaign)
    assert (again["changes"], again["issued"], again["withdrawn"]) == (0, 0, 0)


def test_a_move_between_member_schools_keeps_convention_signature_and_loan(campaign, enrol):
    """Invariant 4."""
    here = enrol()
    convention = ConventionFactory(campaign=campaign, enrolment=here, text=text_for(campaign), signed=True)
    loan = lend_device(
        pupil=here.pupil, convention=convention, device=DeviceFactory(), by=None, on=ON, at=NOON
    )
    there = move(here, campaign, enrol)
    assert consume(campaign)["moved"] == 1
    convention.refresh_from_db()
    loan.refresh_from_db()
    assert (convention.enrolment, convention.state, loan.state) == (there, "signed", "active")
    assert issue(campaign) == 0


def move(enrolment, campaign, enrol):
    enrolment.state, enrolment.left_on = EnrolmentState.LEFT, ON
    enrolment.save()
    other = SchoolFactory()
    SchoolMembership.objects.create(school=other, campaign=campaign)
    there = enrol(pupil=enrolment.pupil, school=other, guardians=0)
    change(there, ChangeKind.MOVED)
    return there


def test_leaving_withdraws_what_is_unsigned_and_keeps_what_is_signed(campaign, enrol):
    """Trust 34: who comes back finds the signature again."""
    unsigned, signed = enrol(), enrol()
    issue(campaign)
    Convention.objects.filter(enrolment=signed).update(
        state=ConventionState.SIGNED, signed_on=ON, signature_method="electronic"
    )
    for enrolment in (unsigned, signed):
        enrolment.state, enrolment.left_on = EnrolmentState.LEFT, ON
        enrolment.save()
        change(enrolment, ChangeKind.LEFT)
    assert consume(campaign)["withdrawn"] == 1
    states = dict(Convention.objects.values_list("enrolment", "state"))
    assert states == {unsigned.pk: ConventionState.SUPERSEDED, signed.pk: ConventionState.SIGNED}


def test_a_vote_that_changes_the_terms_makes_a_new_text_and_new_conventions(campaign, enrol):
    enrol()
    issue(campaign)
    Convention.objects.update(state=ConventionState.SENT)
    vote(campaign, "repair", free_repairs=2)
    counts = issue_conventions(campaign=campaign, on=ON, by=None)
    assert counts == NOTHING | {"renewed": 1, "issued": 1}
    assert Convention.objects.open().get().text.number == 2


def test_a_vote_that_binds_nobody_otherwise_leaves_the_text(campaign, enrol):
    enrol()
    issue(campaign)
    vote(campaign, "gate", threshold="0.80")
    assert issue_conventions(campaign=campaign, on=ON, by=None) == NOTHING


def test_a_signed_convention_with_a_laptop_stays_under_its_text(campaign, enrol):
    convention = ConventionFactory(campaign=campaign, enrolment=enrol(), text=text_for(campaign), signed=True)
    lend_device(
        pupil=convention.pupil, convention=convention, device=DeviceFactory(), by=None, on=ON, at=NOON
    )
    vote(campaign, "repair", free_repairs=2)
    assert issue_conventions(campaign=campaign, on=ON, by=None) == NOTHING


def test_a_pupil_who_keeps_last_years_laptop_needs_no_convention(campaign, enrol):
    repeater = enrol()
    old = ConventionFactory(campaign=campaign, enrolment=repeater, text=text_for(campaign), signed=True)
    lend_device(pupil=repeater.pupil, convention=old, device=DeviceFactory(), by=None, on=ON, at=NOON)
    Convention.objects.update(state=ConventionState.TERMINATED)
    assert issue(campaign) == 0


def test_the_database_refuses_a_second_open_convention(campaign, enrol):
    first = ConventionFactory(campaign=campaign, enrolment=enrol())
    with pytest.raises(IntegrityError), transaction.atomic():
        ConventionFactory(campaign=campaign, enrolment=first.enrolment)


def test_a_text_is_never_rewritten(campaign):
    text = text_for(campaign)
    text.sections = []
    with pytest.raises(IntegrityError), transaction.atomic():
        text.save()


@pytest.mark.parametrize("number", [1, 4217, 999_999])
def test_a_reference_catches_a_slip(number):
    right = reference("N26", number)
    assert number_of(right) == number
    digit = right[9]
    wrong = f"{right[:9]}{(int(digit) + 1) % 10}{right[10:]}"
    assert number_of(wrong) is None


def test_issuing_many_costs_the_same_queries(campaign, enrol):
    def issue_for(count):
        for _ in range(count):
            enrol(guardians=0)
        return len(queries_of(lambda: issue(campaign)))

    issue_for(1)  # the campaign's first text is written
    assert issue_for(30) == issue_for(3)
