"""Closing the day: four absentees get parcels, five a second visit (N8)."""

from datetime import date, timedelta

import pytest

from core.models import Message
from core.refusals import Refused
from distribution.absentees import preview
from distribution.desk import close_day
from distribution.enums import Absentees, DeliveryKind, DeliveryState, LineState
from distribution.models import Delivery, Parcel
from distribution.planning import accept_delivery
from tests.distribution.scene import DELIVERY_DAY, accepted, at, opened, serve_all


def closed(cast, *, absent, signed=7):
    delivery = opened(cast, cast.tilleuls, signed=signed)
    serve_all(cast, delivery, but=absent)
    verdict = close_day(delivery=delivery, by=cast.lou, on=DELIVERY_DAY, at=at(DELIVERY_DAY, 17))
    delivery.refresh_from_db()
    return delivery, verdict


def test_four_absentees_get_a_parcel_each(cast):
    delivery, verdict = closed(cast, absent=4)
    assert verdict.outcome == Absentees.PARCELS
    assert delivery.state == DeliveryState.CLOSED
    assert {parcel.due_on for parcel in Parcel.objects.all()} == {date(2026, 10, 5)}
    assert Parcel.objects.filter(delivery=delivery, school=cast.tilleuls).count() == 4
    assert Delivery.objects.count() == 1


def bodies(kind):
    return {
        message.to_address: message.body.replace("\xa0", " ") for message in Message.objects.filter(kind=kind)
    }


def test_the_families_of_the_absent_hear_when_the_parcel_comes_and_the_others_hear_nothing(cast):
    delivery, _verdict = closed(cast, absent=4)
    absent = [line.pupil for line in delivery.lines.filter(state=LineState.ABSENT)]
    told = bodies("laptop_later")
    assert len(told) >= 4
    assert all("au plus tard le lundi 5 octobre 2026" in body for body in told.values())
    named = {pupil.full_name for pupil in absent if any(pupil.full_name in body for body in told.values())}
    assert len(named) == 4
    served = [line.pupil for line in delivery.lines.exclude(state=LineState.ABSENT)]
    assert not any(pupil.full_name in body for pupil in served for body in told.values())


def test_the_families_of_many_absent_hear_that_the_team_comes_back(cast):
    closed(cast, absent=5)
    assert all("L’équipe revient" in body for body in bodies("laptop_later").values())
    assert bodies("laptop_later")


def test_five_absentees_bring_the_team_back(cast):
    delivery, verdict = closed(cast, absent=5)
    visit = Delivery.objects.get(kind=DeliveryKind.SECOND_VISIT)
    assert verdict.outcome == Absentees.SECOND_VISIT
    assert (visit.needed_for, visit.on) == (delivery, DELIVERY_DAY + timedelta(days=7))
    assert visit.lines.count() == 5
    assert Parcel.objects.count() == 0


def test_the_second_visit_needs_no_gate_and_nobody_comes_a_third_time(cast):
    closed(cast, absent=6)
    visit = Delivery.objects.get(kind=DeliveryKind.SECOND_VISIT)
    visit = accept_delivery(delivery=visit, room="CDI", comment="", by=cast.roux, at=at(date(2026, 9, 29)))
    assert (visit.state, visit.gate_on) == (DeliveryState.CONFIRMED, None)
    visit.move_to(DeliveryState.OPEN, by=cast.lou, at=at(visit.on))
    verdict = close_day(delivery=visit, by=cast.lou, on=visit.on, at=at(visit.on, 17))
    assert verdict.outcome == Absentees.PARCELS
    assert Parcel.objects.count() == 6
    assert Delivery.objects.count() == 2


def test_nobody_absent_needs_nothing(cast):
    _delivery, verdict = closed(cast, absent=0)
    assert verdict.outcome == Absentees.NOBODY
    assert Parcel.objects.count() == 0


def test_the_page_tells_beforehand_what_closing_will_do(cast):
    delivery = opened(cast, cast.tilleuls, signed=7)
    serve_all(cast, delivery, but=4)
    told = preview(delivery, DELIVERY_DAY)
    assert delivery.lines.filter(state=LineState.EXPECTED).count() == 4
    assert told == close_day(delivery=delivery, by=cast.lou, on=DELIVERY_DAY, at=at(DELIVERY_DAY, 17))


def test_closing_twice_is_closing_once(cast):
    delivery, verdict = closed(cast, absent=4)
    again = close_day(delivery=delivery, by=cast.lou, on=DELIVERY_DAY, at=at(DELIVERY_DAY, 18))
    assert again.as_json() == verdict.as_json() == delivery.closing_verdict
    assert Parcel.objects.count() == 4
    assert Message.objects.filter(kind="day_closed").count() == 1
    assert Message.objects.filter(kind="laptop_later").count() == len(bodies("laptop_later"))


def test_who_left_the_school_is_no_absentee(cast):
    delivery = opened(cast, cast.tilleuls, signed=7)
    serve_all(cast, delivery, but=5)
    gone = delivery.lines.filter(state=LineState.EXPECTED).first().pupil.enrolments.get()
    gone.state, gone.left_on = "left", DELIVERY_DAY
    gone.save()
    verdict = close_day(delivery=delivery, by=cast.lou, on=DELIVERY_DAY, at=at(DELIVERY_DAY, 17))
    assert (verdict.outcome, Parcel.objects.count()) == (Absentees.PARCELS, 4)


def test_without_a_free_team_the_visit_is_planned_all_the_same(cast):
    delivery = opened(cast, cast.tilleuls, signed=7)
    Delivery.objects.filter(pk=delivery.pk).update(team=None)
    cast.campaign.teams.all().delete()
    close_day(delivery=delivery, by=cast.lou, on=DELIVERY_DAY, at=at(DELIVERY_DAY, 17))
    visit = Delivery.objects.get(kind=DeliveryKind.SECOND_VISIT)
    assert (visit.team, visit.state) == (None, DeliveryState.PROPOSED)


def test_a_day_never_opened_cannot_be_closed(cast):
    delivery = accepted(cast, cast.tilleuls)
    with pytest.raises(Refused) as refused:
        close_day(delivery=delivery, by=cast.lou, on=DELIVERY_DAY, at=at(DELIVERY_DAY))
    assert refused.value.code == "transition_refused"
