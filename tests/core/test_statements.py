"""What the ORM composed once answers as the ORM does: each time, and on each connection."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, OuterRef

from core.models import EvidenceEvent, Message, MessageState
from core.statements import NewId, change, question
from core.trips import Trip
from schools.models import Guardianship
from tests.kit.queries import queries_of
from tests.schools.factories import GuardianshipFactory


AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


@question
def guardianships_of(pupil, email):
    others = Guardianship.objects.filter(guardian=OuterRef("guardian")).exclude(pk=OuterRef("pk"))
    found = Guardianship.objects.select_related("pupil", "guardian__address_correction")
    found = found.annotate(has_others=Exists(others)).defer("guardian__address")
    return found.filter(pupil=pupil, guardian__email=email).order_by("rank")


@change(state=MessageState.CANCELLED)
def cancelled(about):
    return Message.objects.about(about).unsent()


def message(key, **fields):
    return Message(business_key=key, kind="test", about="thing:1", message_id=key, due_at=AT, **fields)


@pytest.mark.django_db
def test_a_question_answers_as_the_orm_does_for_each_argument():
    first = GuardianshipFactory()
    second = GuardianshipFactory(guardian=first.guardian)
    GuardianshipFactory()
    for known in (first, second):
        [found] = guardianships_of(known.pupil_id, known.guardian.email)
        assert (found, found.pupil, found.guardian) == (known, known.pupil, known.guardian)
        assert found.pupil.former_ines == []
        assert found.pupil.birth_on == known.pupil.birth_on
        assert found.has_others is True
    assert guardianships_of(first.pupil_id, "personne@example.org") == []


@pytest.mark.django_db
def test_what_was_deferred_is_read_when_asked_for_and_nothing_is_read_twice():
    known = GuardianshipFactory(guardian__address="1 rue des Essais")
    guardianships_of(0, "")

    def read():
        [found] = guardianships_of(known.pupil_id, known.guardian.email)
        return (
            found.pupil.full_name,
            found.guardian.full_name,
            getattr(found.guardian, "address_correction", None),
        )

    assert len(queries_of(read)) == 1
    [found] = guardianships_of(known.pupil_id, known.guardian.email)
    assert found.guardian.address == "1 rue des Essais"


@pytest.mark.django_db(transaction=True)
def test_each_connection_plans_for_itself():
    known = GuardianshipFactory()

    def ask():
        try:
            return guardianships_of(known.pupil_id, known.guardian.email)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as elsewhere:
        assert elsewhere.submit(ask).result() == [known]
        assert elsewhere.submit(ask).result() == [known]
    assert ask() == [known]
    assert ask() == [known]


@pytest.mark.django_db
def test_a_change_touches_the_rows_asked_for_and_no_other():
    Message.objects.bulk_create([message("a"), message("b", state=MessageState.SENT)])
    assert (cancelled("thing:2"), cancelled("thing:1")) == (0, 1)
    assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == ["cancelled", "sent"]


@pytest.mark.django_db
def test_a_trip_writes_in_one_journey_and_answers_its_last_question():
    Message.objects.bulk_create([message("a", body="first")])
    trip = Trip()
    trip.insert(message("a", body="second"), or_nothing=True)
    trip.insert(message("b", body="100 % « l’été »"))
    trip.call(cancelled, "thing:1")
    journeys = queries_of(lambda: trip.go())
    assert len(journeys) == 1
    written = Message.objects.order_by("business_key").values_list("business_key", "body", "state")
    assert list(written) == [("a", "first", "cancelled"), ("b", "100 % « l’été »", "cancelled")]


@pytest.mark.django_db
def test_a_number_drawn_beforehand_is_the_row_s():
    drawn = EvidenceEvent.objects.bulk_create(
        [EvidenceEvent(stream="s", rank=1, action="a", actor="x", at=AT)]
    )
    known = EvidenceEvent.objects.annotate(next_id=NewId(EvidenceEvent)).get(pk=drawn[0].pk)
    trip = Trip()
    trip.insert(
        EvidenceEvent(pk=known.next_id, stream="s", rank=2, action="a", actor="x", at=AT, payload={"a": "é"})
    )
    assert trip.go() == 1
    assert EvidenceEvent.objects.get(rank=2).pk == known.next_id
    assert EvidenceEvent.objects.get(rank=2).payload == {"a": "é"}


@pytest.mark.django_db(transaction=True)
def test_a_trip_outside_a_transaction_is_refused():
    trip = Trip()
    trip.insert(message("a"))
    with pytest.raises(DatabaseError, match="one transaction"):
        trip.go()
    with transaction.atomic():
        assert trip.go() == 1
