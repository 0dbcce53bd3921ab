"""Who refused, who objects, who signed by half: in or out of the gate's count, by the rules (N7, trust 14)."""

from datetime import date

import pytest

from distribution.enums import DeliveryState
from distribution.gate import check_gate
from loans.models import Convention
from programmes.ruling import adopt_rules, vote_rules
from support.oppositions import oppose
from tests.distribution.scene import GATE_DAY, accepted, at, families, fresh_file
from tests.schools.factories import GuardianshipFactory


def vote(cast, section, name, value):
    document = cast.campaign.rule_tree.as_document()
    document[section][name] = value
    on = date(2026, 7, 6)
    voted = vote_rules(programme=cast.campaign.programme, document=document, note="essai", by=None, on=on)
    adopt_rules(campaign=cast.campaign, rules=voted, by=None, on=on)
    cast.campaign.refresh_from_db()


def waiting(cast, count):
    found = Convention.objects.filter(state="sent", enrolment__school=cast.tilleuls).order_by("pk")
    return list(found[:count])


def check(cast):
    delivery = accepted(cast, cast.tilleuls)
    fresh_file(cast, cast.tilleuls, at(GATE_DAY, 3))
    found = check_gate(delivery=delivery, on=GATE_DAY, at=at(GATE_DAY))
    delivery.refresh_from_db()
    return delivery, found


@pytest.mark.parametrize(
    ("leave", "expected", "state"),
    [(True, 19, DeliveryState.CONFIRMED), (False, 20, DeliveryState.CANCELLED)],
)
def test_a_refusal_leaves_the_denominator_only_if_the_rule_says_so(cast, leave, expected, state):
    """17 of 19 passes a threshold of 0,86; 17 of 20 does not."""
    vote(cast, "gate", "refusals_leave_denominator", leave)
    vote(cast, "gate", "threshold", "0.86")
    families(cast, cast.tilleuls, signed=17, expected=20)
    refused = waiting(cast, 1)[0]
    Convention.objects.filter(pk=refused.pk).update(
        state="refused", refused_on=GATE_DAY, refusal_reason="Déjà équipés."
    )
    delivery, found = check(cast)
    assert (found.signed_count, found.expected_count, delivery.state) == (17, expected, state)
    assert (str(refused.pupil.public_id) in found.awaited_pupils) is not leave


@pytest.mark.trust(14)
def test_an_objection_counts_as_expected_and_unsigned_and_the_reasons_say_so(cast):
    families(cast, cast.tilleuls, signed=17, expected=20)
    convention = waiting(cast, 1)[0]
    guardian = GuardianshipFactory(pupil=convention.pupil).guardian
    oppose(convention=convention, guardian=guardian, reason="Non", by=cast.roux, at=at(GATE_DAY))
    _delivery, found = check(cast)
    assert (found.signed_count, found.expected_count) == (17, 20)
    assert "1 convention est arrêtée\u00a0: un parent s’oppose." in found.why.reasons
    assert found.why.facts["opposed"] == 1


def test_half_signed_is_not_signed_and_the_reasons_say_so(cast):
    families(cast, cast.tilleuls, signed=17, expected=20)
    for convention in waiting(cast, 2):
        guardian = GuardianshipFactory(pupil=convention.pupil).guardian
        convention.signatures.create(
            method="electronic",
            guardian=guardian,
            signer_name="Mme Essai",
            consent="J’accepte.",
            text_sha256="0" * 64,
            signed_at=at(GATE_DAY),
        )
    _delivery, found = check(cast)
    assert (found.signed_count, found.expected_count) == (17, 20)
    assert "2 conventions sont signées par un représentant légal et attendent l’autre." in found.why.reasons
