"""The gate at D−7: decided once, kept with its figures, carried out, never flipped (N7, invariant 6)."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from core.models import Message
from core.refusals import Refused
from distribution.enums import DeliveryState, GateOutcome
from distribution.gate import check_gates, override_gate
from distribution.models import Delivery, DeliveryLine, GateCheck
from tests.distribution.scene import GATE_DAY, accepted, at, decided, families, fresh_file, proposed


def mails(kind):
    return sorted(Message.objects.filter(kind=kind).values_list("to_address", flat=True))


def test_eighty_five_in_a_hundred_is_confirmed_with_its_pupils(cast):
    delivery = decided(cast, cast.tilleuls, signed=85, expected=100)
    check = delivery.gate_check
    assert (delivery.state, check.outcome) == (DeliveryState.CONFIRMED, GateOutcome.CONFIRMED)
    assert (check.signed_count, check.expected_count, str(check.threshold)) == (85, 100, "0.8500")
    assert (len(check.signed_pupils), len(check.awaited_pupils)) == (85, 15)
    assert delivery.lines.count() == 85
    assert check.why.reasons[0].startswith("85 sur 100 élèves ont signé, soit 85,0")
    assert mails("delivery_confirmed") == ["proviseure.tilleuls@example.org"]


def test_below_the_threshold_it_is_cancelled_and_placed_again(cast):
    delivery = decided(cast, cast.tilleuls, signed=16, expected=20)
    again = delivery.replaced_by
    assert (delivery.state, again.state) == (DeliveryState.CANCELLED, DeliveryState.PROPOSED)
    assert again.on >= GATE_DAY + timedelta(days=14)
    assert again.gate_on == again.on - timedelta(days=7)
    assert DeliveryLine.objects.count() == 0


def test_the_school_the_authority_and_the_supplier_are_told_why(cast):
    decided(cast, cast.tilleuls, signed=16, expected=20)
    assert mails("gate_cancelled") == [
        "lou.ferrand@example.org",
        "proviseure.tilleuls@example.org",
        "sam.gauthier@example.org",
    ]
    body = Message.objects.filter(kind="gate_cancelled").first().body
    assert "16 sur 20 élèves ont signé, soit 80,0" in body
    assert "Il manquait 1 signature" in body


def test_eighty_four_point_nine_is_not_rounded_up(cast):
    """1 pupil short in a population where the rate reads 84,9 %: 169 of 199."""
    assert decided(cast, cast.tilleuls, signed=169, expected=199).state == DeliveryState.CANCELLED


def test_without_a_free_place_the_supplier_has_the_task(cast):
    cast.campaign.last_delivery_on = GATE_DAY + timedelta(days=9)
    cast.campaign.save(update_fields=["last_delivery_on"])
    delivery = decided(cast, cast.tilleuls, signed=1, expected=20)
    assert delivery.state == DeliveryState.CANCELLED
    assert not hasattr(delivery, "replaced_by")
    assert "l’équipe logistique" in Message.objects.filter(kind="gate_cancelled").first().body


@pytest.mark.parametrize("received_on", [None, GATE_DAY - timedelta(days=4)])
def test_stale_enrolments_are_left_to_a_person(cast, received_on):
    """Trust 62: nobody is cancelled, nor confirmed, by old data."""
    families(cast, cast.tilleuls, signed=19, expected=20)
    delivery = accepted(cast, cast.tilleuls)
    if received_on:
        fresh_file(cast, cast.tilleuls, at(received_on))
    figures = check_gates(on=GATE_DAY, at=at(GATE_DAY))
    delivery.refresh_from_db()
    assert figures["needs_human"] == 1
    assert delivery.state == DeliveryState.ACCEPTED
    assert mails("gate_needs_person") == ["lou.ferrand@example.org", "sam.gauthier@example.org"]


def test_a_second_run_decides_nothing_again(cast):
    decided(cast, cast.tilleuls, signed=16, expected=20)
    before = Message.objects.count()
    families(cast, cast.tilleuls, signed=40, expected=60)
    figures = check_gates(on=GATE_DAY, at=at(GATE_DAY, 20))
    assert figures["due"] == 0
    assert (GateCheck.objects.count(), Message.objects.count()) == (1, before)


def test_a_missed_night_is_caught_up_and_the_day_before_is_too_early(cast):
    families(cast, cast.tilleuls, signed=19, expected=20)
    delivery = accepted(cast, cast.tilleuls)
    fresh_file(cast, cast.tilleuls, at(GATE_DAY, 3))
    assert check_gates(on=GATE_DAY - timedelta(days=1), at=at(GATE_DAY))["due"] == 0
    assert check_gates(on=GATE_DAY + timedelta(days=2), at=at(GATE_DAY))["confirmed"] == 1
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.CONFIRMED


def test_a_day_nobody_accepted_is_not_decided(cast):
    proposed(cast, cast.tilleuls)
    assert check_gates(on=GATE_DAY, at=at(GATE_DAY))["due"] == 0


def test_the_decision_cannot_be_rewritten(cast):
    delivery = decided(cast, cast.tilleuls, signed=85, expected=100)
    for change in (
        lambda: GateCheck.objects.update(signed_count=84),
        lambda: GateCheck.objects.all().delete(),
        lambda: GateCheck.objects.create(
            delivery=delivery,
            outcome="cancelled",
            signed_count=1,
            expected_count=2,
            threshold="0.85",
            verdict={},
            decided_on=GATE_DAY,
            decided_at=at(GATE_DAY),
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def waiting(cast):
    families(cast, cast.tilleuls, signed=4, expected=20)
    delivery = accepted(cast, cast.tilleuls)
    check_gates(on=GATE_DAY, at=at(GATE_DAY))
    return delivery


def decide(delivery, by, **facts):
    values = {"confirm": True, "reason": "Effectifs vérifiés par téléphone."}
    return override_gate(delivery=delivery, by=by, at=at(GATE_DAY, 15), **values | facts)


def test_the_authority_decides_where_the_rule_could_not(cast):
    delivery = decide(waiting(cast), cast.sam)
    assert delivery.state == DeliveryState.CONFIRMED
    assert delivery.lines.count() == 4
    assert delivery.gate_check.outcome == GateOutcome.NEEDS_HUMAN
    assert delivery.log.last().comment == "Effectifs vérifiés par téléphone."
    assert decide(delivery, cast.sam).log.filter(to_state="confirmed").count() == 1


def test_the_authority_may_cancel_too_and_a_new_day_is_proposed(cast):
    delivery = decide(waiting(cast), cast.sam, confirm=False)
    assert delivery.state == DeliveryState.CANCELLED
    assert Delivery.objects.get(replaces=delivery).on > date(2026, 10, 1)


@pytest.mark.parametrize(
    ("who", "facts", "code"),
    [("lou", {}, "not_the_authority"), ("sam", {"reason": " "}, "reason_missing")],
)
def test_nobody_else_and_never_without_a_reason(cast, who, facts, code):
    delivery = waiting(cast)
    with pytest.raises(Refused) as refused:
        decide(delivery, getattr(cast, who), **facts)
    assert refused.value.code == code


def test_the_rules_own_decision_is_never_flipped_by_a_person(cast):
    delivery = decided(cast, cast.tilleuls, signed=16, expected=20)
    with pytest.raises(Refused) as refused:
        decide(delivery, cast.sam)
    assert refused.value.code == "gate_decided"
