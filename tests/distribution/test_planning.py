"""Proposing, accepting, declining, moving and cancelling a day (N6); free places of the schedule."""

from datetime import date, timedelta
from itertools import islice

import pytest
from django.db import IntegrityError, transaction

from core.models import Message
from core.refusals import Refused
from distribution.enums import DeliveryState
from distribution.models import Delivery, HalfDay
from distribution.planning import (
    accept_delivery,
    cancel_delivery,
    decline_delivery,
    propose_all,
    repropose_delivery,
)
from distribution.slots import form_teams, free_slots
from tests.cast import make_school
from tests.distribution.scene import DELIVERY_DAY, accepted, at, decided, families, proposed


NOW = at(date(2026, 9, 1))
AFTER = date(2026, 9, 14)


def code_of(act, **facts):
    with pytest.raises(Refused) as refused:
        act(**facts)
    return refused.value.code


def places(cast, school, number=4, **options):
    form_teams(campaign=cast.campaign)
    values = {"after": AFTER, "pupils": 100}
    return list(islice(free_slots(campaign=cast.campaign, school=school, **values | options), number))


def test_a_proposal_sets_its_gate_and_writes_to_the_school(cast):
    delivery = proposed(cast, cast.tilleuls)
    assert (delivery.state, delivery.gate_on) == (DeliveryState.PROPOSED, date(2026, 9, 21))
    message = Message.objects.get(kind="delivery_proposed")
    assert message.to_address == "proviseure.tilleuls@example.org"
    assert "lundi 28 septembre 2026" in message.subject


def test_proposing_the_same_place_again_changes_nothing(cast):
    assert proposed(cast, cast.tilleuls) == proposed(cast, cast.tilleuls)
    assert Message.objects.filter(kind="delivery_proposed").count() == 1


def test_a_second_day_for_the_same_school_is_refused(cast):
    proposed(cast, cast.tilleuls)
    assert code_of(proposed, cast=cast, school=cast.tilleuls, half_day="pm") == "delivery_exists"


def test_a_team_is_at_one_place_at_a_time(cast):
    proposed(cast, cast.tilleuls, half_day="day")
    assert code_of(proposed, cast=cast, school=cast.rivage, half_day="pm") == "team_taken"
    assert proposed(cast, cast.rivage, half_day="pm", team=1).pk


def test_the_database_refuses_a_team_in_two_places(cast):
    """A whole day overlaps a morning, whoever writes the rows."""
    first = proposed(cast, cast.tilleuls, half_day="day")
    with pytest.raises(IntegrityError, match="delivery_team_free"), transaction.atomic():
        Delivery.objects.create(
            campaign=cast.campaign, school=cast.rivage, on=first.on, half_day="am", team=first.team
        )


@pytest.mark.parametrize(
    ("on", "word"), [(date(2026, 9, 27), "jour de la semaine"), (date(2026, 10, 20), "vacances")]
)
def test_a_closed_day_is_refused_with_its_reason(cast, on, word):
    with pytest.raises(Refused, match=word) as refused:
        proposed(cast, cast.tilleuls, on=on)
    assert refused.value.code == "day_closed"


def test_the_school_accepts_with_a_room_and_may_change_it(cast):
    delivery = accepted(cast, cast.tilleuls)
    again = accept_delivery(delivery=delivery, room="CDI", comment="2e étage", by=cast.roux, at=NOW)
    assert (again.state, again.room, again.school_comment) == ("accepted", "CDI", "2e étage")
    assert again.log.filter(to_state="accepted").count() == 1


def test_the_school_asks_for_another_day_and_the_supplier_moves_it(cast):
    delivery = proposed(cast, cast.tilleuls)
    wanted = DELIVERY_DAY + timedelta(days=1)
    declined = decline_delivery(
        delivery=delivery, wanted_on=wanted, reason="Bac blanc.", by=cast.roux, at=NOW
    )
    assert (declined.state, declined.wanted_on) == ("declined", wanted)
    assert Message.objects.get(kind="delivery_declined").to_address == "lou.ferrand@example.org"
    moved = repropose_delivery(
        delivery=declined, on=wanted, half_day="pm", team=declined.team, by=cast.lou, at=NOW
    )
    assert (moved.state, moved.on, moved.gate_on) == ("proposed", wanted, wanted - timedelta(days=7))
    assert Message.objects.filter(kind="delivery_proposed").count() == 2


@pytest.mark.parametrize(("reason", "code"), [(" ", "reason_missing"), ("Travaux.", "gate_checked")])
def test_after_the_gate_or_without_a_reason_a_day_is_not_declined(cast, reason, code):
    delivery = decided(cast, cast.tilleuls, signed=19, expected=20)
    facts = {"wanted_on": None, "reason": reason, "by": cast.roux, "at": NOW}
    assert code_of(decline_delivery, delivery=delivery, **facts) == code


def test_an_accepted_day_is_not_moved_behind_the_schools_back(cast):
    delivery = accepted(cast, cast.tilleuls)
    facts = {"on": DELIVERY_DAY, "half_day": "pm", "team": delivery.team, "by": cast.lou, "at": NOW}
    assert code_of(repropose_delivery, delivery=delivery, **facts) == "not_negotiable"


def test_a_cancelled_day_frees_its_place_and_tells_why(cast):
    delivery = proposed(cast, cast.tilleuls)
    cancel_delivery(delivery=delivery, reason="Camion en panne.", by=cast.lou, at=NOW)
    assert "Camion en panne." in Message.objects.get(kind="delivery_called_off").body
    assert proposed(cast, cast.rivage).team == delivery.team


def test_free_places_skip_what_is_closed_or_taken(cast):
    first = proposed(cast, cast.tilleuls, on=date(2026, 9, 15))
    slots = places(cast, cast.rivage)
    assert [(slot.on.day, slot.half_day) for slot in slots] == [
        (15, "am"),
        (15, "pm"),
        (16, "am"),
        (16, "pm"),
    ]
    assert slots[0].team != first.team
    last = places(cast, cast.rivage, number=500)[-1]
    assert last.on == cast.campaign.last_delivery_on


def test_a_big_school_takes_the_team_for_the_day(cast):
    assert {slot.half_day for slot in places(cast, cast.rivage, pupils=250)} == {HalfDay.DAY}
    assert places(cast, cast.rivage, pupils=300)[0].fits
    assert not places(cast, cast.rivage, pupils=301)[0].fits


def test_every_school_gets_a_place_the_biggest_first(cast):
    families(cast, cast.rivage, signed=3, expected=5)
    third = make_school("0140103L", "Lycée du Phare", cast.campaign)
    figures = propose_all(campaign=cast.campaign, by=cast.lou, at=NOW)
    assert figures == {"proposed": 2, "unplaced": 0}
    first, second = Delivery.objects.order_by("pk")
    assert (first.school, second.school) == (cast.rivage, cast.tilleuls)
    assert not third.deliveries.exists()
    assert first.on >= date(2026, 9, 15)
    assert propose_all(campaign=cast.campaign, by=cast.lou, at=NOW)["proposed"] == 0
