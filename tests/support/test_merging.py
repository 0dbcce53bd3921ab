"""Two rows are one pupil: all that hangs on them is joined, or refused with a sentence (X7)."""

from datetime import date

import pytest
from django.urls import reverse

from core.refusals import Refused
from distribution.models import Delivery, DeliveryLine, Parcel
from loans.enums import ConventionState
from loans.models import AddressCorrection
from schools.enums import EnrolmentState, MergeState
from schools.models import EnrolmentChange, MergeProposal, Pupil
from support.departures import consume_changes
from support.enums import ReturnState
from support.merging import merge_pupils
from tests.cast import make_enrolment, make_guardian, make_pupil
from tests.loans.factories import ConventionFactory
from tests.support.world import AT, ON, asked_back, left, lent, ticket_for


@pytest.fixture
def double(cast):
    """Alix, under another number, at M. Petit's; she left Mme Roux's."""
    left(cast.alix.enrolments.get(), date(2026, 10, 1))
    twin = make_pupil(cast.alix.family_name, cast.alix.given_name, "123456789ZZ", cast.alix.birth_on)
    make_enrolment(twin, cast.rivage, cast.campaign)
    make_guardian(twin, "Nadia", "nadia@example.org", scope="0140102K")
    return twin


@pytest.fixture
def question(cast, double):
    return MergeProposal.objects.create(pupil=cast.alix, newcomer=double, created_at=AT)


def merge(question, by, **options):
    return merge_pupils(
        proposal=question, by=by, at=AT, on=ON, comment="Même élève, vu avec le lycée.", **options
    )


def test_everything_that_names_the_newcomer_names_the_pupil_afterwards(cast, double, question):
    """A new table that points to a pupil makes this test fail until merging knows it."""
    lent(double, cast.campaign)
    ticket_for(double, cast.campaign)
    delivery = Delivery.objects.create(
        campaign=cast.campaign,
        school=cast.rivage,
        state="open",
        on=date(2026, 11, 2),
        gate_on=date(2026, 10, 26),
    )
    DeliveryLine.objects.create(delivery=delivery, pupil=double)
    Parcel.objects.create(delivery=delivery, school=cast.rivage, pupil=double, due_on=date(2026, 11, 9))
    AddressCorrection.objects.create(pupil=double, email="a@example.org", corrected_at=AT)
    merge(question, cast.sam)
    spared = {MergeProposal, Pupil}
    for relation in Pupil._meta.related_objects:
        if relation.related_model not in spared:
            rows = relation.related_model.objects.filter(**{relation.field.name: double})
            if relation.related_model.__name__ != "Guardianship":
                assert not rows.exists(), relation.related_model
    assert cast.alix.loans.open().count() == cast.alix.tickets.count() == cast.alix.parcels.count() == 1
    double.refresh_from_db()
    assert (double.merged_into, double.ine, double.email) == (cast.alix, None, "")


def test_the_laptop_lent_under_the_first_number_stays_and_its_return_is_cancelled(cast, double, question):
    loan = lent_before(cast)
    back = asked_back(loan)
    merge(question, cast.sam)
    told = EnrolmentChange.objects.latest("pk")
    assert (told.kind, told.details["from_uai"]) == ("moved", cast.tilleuls.uai)
    consume_changes(campaign=cast.campaign, on=ON, at=AT)
    back.refresh_from_db()
    assert back.state == ReturnState.CANCELLED


def lent_before(cast):
    enrolment = cast.alix.enrolments.get()
    enrolment.state, enrolment.left_on = EnrolmentState.ACTIVE, None
    enrolment.save(update_fields=["state", "left_on"])
    loan = lent(cast.alix, cast.campaign)
    left(enrolment, date(2026, 10, 1))
    return loan


def test_of_two_open_conventions_the_signed_one_stays(cast, double, question):
    lent_before(cast)
    waiting = ConventionFactory(enrolment=double.enrolments.get(), campaign=cast.campaign)
    merge(question, cast.sam)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.pupil) == (ConventionState.SUPERSEDED, cast.alix)


def refused(question, by):
    with pytest.raises(Refused) as refusal:
        merge(question, by)
    return refusal.value


def test_two_who_both_attend_a_school_are_not_merged(cast, double, question):
    enrolment = cast.alix.enrolments.get()
    enrolment.state, enrolment.left_on = EnrolmentState.ACTIVE, None
    enrolment.save(update_fields=["state", "left_on"])
    assert cast.rivage.name in refused(question, cast.sam).sentence


def test_two_who_both_have_a_laptop_are_not_merged(cast, double, question):
    lent_before(cast)
    lent(double, cast.campaign)
    assert "ordinateur" in refused(question, cast.sam).sentence
    assert Pupil.objects.get(pk=double.pk).merged_into is None


def test_the_one_who_sent_the_file_does_not_decide(cast, question):
    question.asked_by = cast.sam
    question.save(update_fields=["asked_by"])
    assert refused(question, cast.sam).code == "second_person"
    assert merge(question, cast.maud) == merge(question, cast.maud) == cast.alix
    question.refresh_from_db()
    assert (question.state, question.log.get().by) == (MergeState.MERGED, cast.maud)


def test_the_old_address_leads_to_the_one_pupil(client, cast, double, question):
    merge(question, cast.sam)
    client.force_login(cast.sam)
    address = reverse("reports:pupil", kwargs={"public_id": double.public_id})
    assert client.get(address).url == reverse("reports:pupil", kwargs={"public_id": cast.alix.public_id})
