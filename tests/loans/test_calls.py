"""Families to phone: who, why, what became of each call; the list on paper and in a spreadsheet (N17)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from core.addresses import block_address
from core.models import EvidenceEvent, Trouble
from core.refusals import Refused
from loans.calls import call_list, calls_of, forget_calls, record_call, schools_by_calls
from loans.enums import CallOutcome, ConventionState
from loans.models import CallNote, Convention
from tests.loans.factories import ConventionFactory
from tests.schools.factories import (
    EnrolmentFactory,
    GuardianFactory,
    GuardianshipFactory,
    SchoolFactory,
    SchoolMembershipFactory,
    SchoolStaffFactory,
    UserFactory,
)


AT = datetime(2026, 9, 15, 10, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture(autouse=True)
def _that_morning():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def school(campaign):
    school = SchoolFactory()
    SchoolMembershipFactory(school=school, campaign=campaign)
    return school


@pytest.fixture
def head(client, school):
    user = UserFactory(role=Role.SCHOOL)
    SchoolStaffFactory(school=school, user=user)
    client.force_login(user)
    return user


@pytest.fixture
def family(campaign, school):
    """A waiting convention: `family(email="", phone="01 99 00 12 34")`."""

    def make(email="", phone="01 99 00 12 34", name="Parent", reminders=0, **fields):
        enrolment = EnrolmentFactory(campaign=campaign, school=school, guardians=0, **fields)
        guardian = GuardianFactory(email=email, phone=phone, family_name=name)
        GuardianshipFactory(pupil=enrolment.pupil, guardian=guardian)
        return ConventionFactory(campaign=campaign, enrolment=enrolment, reminders_count=reminders)

    return make


def listed(school, campaign):
    return calls_of(list(call_list(school=school, campaign=campaign).rows))


def test_who_cannot_be_written_to_and_who_is_silent_are_called_and_nobody_else(campaign, school, family):
    without, silent = family(), family(email="a@example.org", reminders=2)
    returned, peaceful = family(email="b@example.org"), family(email="c@example.org")
    family(email="d@example.org")
    answered = family()
    Convention.objects.filter(pk=answered.pk).update(state=ConventionState.REFUSED)
    block_address(address="b@example.org", trouble=Trouble.BOUNCED, detail="550", at=AT)
    block_address(address="c@example.org", trouble=Trouble.COMPLAINED, detail="", at=AT)
    found = {call.convention.pk: call.reason for call in listed(school, campaign)}
    assert found == {
        without.pk: "Pas d’adresse électronique.",
        silent.pk: "Pas de réponse aux messages (relances\u00a0: 2).",
        returned.pk: "Les messages reviennent\u00a0: demandez une autre adresse.",
        peaceful.pk: "Ne veut pas de courriel\u00a0: remettez un papier.",
    }


def test_the_school_with_the_most_families_to_call_comes_first(client, campaign, school, family):
    other = SchoolFactory(name="Lycée A")
    SchoolMembershipFactory(school=other, campaign=campaign)
    family()
    assert schools_by_calls([other, school], campaign) == [(school, 1), (other, 0)]
    client.force_login(UserFactory(role=Role.HELPDESK))
    page = client.get(reverse("loans:calls")).content.decode()
    assert page.index(school.name) < page.index(other.name)


def test_a_call_is_one_press_and_the_same_press_twice_is_one_call(client, campaign, school, family, head):
    convention = family()
    guardian = convention.pupil.guardianships.get().guardian
    page = client.get(reverse("loans:calls")).content.decode()
    assert "01\u00a099\u00a000\u00a012\u00a034" in page
    for _ in range(2):
        answer = client.post(
            reverse("loans:call", args=[convention.public_id]),
            {"guardian": guardian.public_id, "outcome": "will_sign"},
            headers={"HX-Request": "true"},
        )
    assert "Va signer" in answer.content.decode()
    note = CallNote.objects.get()
    assert (note.guardian, note.outcome, note.called_by) == (guardian, CallOutcome.WILL_SIGN, head)
    assert listed(school, campaign)[0].last == note


@pytest.mark.parametrize(
    ("outcome", "stranger", "code"), [("rang", False, "call_unknown"), ("reached", True, "not_a_signatory")]
)
def test_only_known_outcomes_and_signatories(family, outcome, stranger, code):
    convention = family()
    guardian = GuardianFactory() if stranger else convention.pupil.guardianships.get().guardian
    with pytest.raises(Refused) as refusal:
        record_call(convention=convention, guardian=guardian, outcome=outcome, by=UserFactory(), at=AT)
    assert refusal.value.code == code


def test_the_head_of_another_school_sees_no_family_of_this_one(client, campaign, school, family):
    convention = family()
    other = SchoolStaffFactory(user=UserFactory(role=Role.SCHOOL)).user
    client.force_login(other)
    assert client.get(reverse("loans:calls"), {"etablissement": school.uai}).status_code == 404
    assert client.post(reverse("loans:call", args=[convention.public_id])).status_code == 404
    assert client.post(f"{reverse('loans:letters')}?etablissement={school.uai}").status_code == 404


def test_the_spreadsheet_runs_no_formula_and_its_taking_is_noted(client, family, head):
    family(name="=1+1", phone="+33 6 39 98 00 00")
    answer = client.post(reverse("reports:export_calls", args=["csv"]))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "'+33 6 39 98 00 00" in lines[1]
    assert EvidenceEvent.objects.filter(stream="export:calls").exists()


def test_three_families_or_three_hundred_cost_the_same(client, campaign, family, head):
    def queries(name):
        with CaptureQueriesContext(connection) as counted:
            assert client.get(reverse(name)).status_code == 200
        return len(counted)

    for _ in range(3):
        family()
    few = queries("loans:calls"), queries("loans:calls_print")
    for _ in range(60):
        convention = family()
        CallNote.objects.create(convention=convention, outcome="no_answer", called_by=head, called_at=AT)
    assert (queries("loans:calls"), queries("loans:calls_print")) == few


def test_nobody_to_call_says_what_to_expect(client, school, head):
    assert "Personne à appeler" in client.get(reverse("loans:calls")).content.decode()


def test_calls_are_forgotten_when_the_campaign_is_over(campaign, family):
    CallNote.objects.create(convention=family(), outcome="reached", called_by=UserFactory(), called_at=AT)
    assert forget_calls(on=campaign.closes_on) == {"calls": 0}
    assert forget_calls(on=campaign.closes_on + timedelta(days=1)) == {"calls": 1}
    assert date(2027, 7, 31) == campaign.closes_on
