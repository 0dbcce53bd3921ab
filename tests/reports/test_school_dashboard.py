"""N4: what Mme Roux reads first, and the list of what she has to do before the delivery day."""

from decimal import Decimal

import pytest
from django.urls import reverse

from distribution.enums import DeliveryState
from loans.progress import Progress, progress_of
from reports.enums import Situation
from reports.hero import hero_of, signatures_missing
from reports.school_dashboard import dashboard_of
from tests.cast import make_school
from tests.reports.world import add_delivery, add_pupil, add_ticket, scope_of


@pytest.mark.parametrize(
    ("signed", "expected", "missing"),
    [(0, 0, 0), (84, 100, 1), (85, 100, 0), (17, 20, 0), (16, 20, 1), (0, 7, 6), (848, 998, 1), (9, 9, 0)],
)
def test_missing_signatures_are_counted_exactly(signed, expected, missing):
    progress = Progress(signed_count=signed, expected_count=expected)
    assert signatures_missing(progress, Decimal("0.85")) == missing


def test_the_missing_signatures_reach_the_threshold_and_one_fewer_does_not():
    for expected in range(1, 200):
        progress = Progress(signed_count=0, expected_count=expected)
        missing = signatures_missing(progress, Decimal("0.85"))
        assert Decimal(missing) / expected >= Decimal("0.85") > Decimal(missing - 1) / expected


def test_the_page_says_how_many_signatures_are_missing(client, full, today):
    client.force_login(full.roux)
    page = client.get(reverse("home")).content.decode()
    progress = progress_of(full.tilleuls, full.campaign)
    missing = signatures_missing(progress, full.campaign.rule_tree.gate.threshold)
    assert missing > 1
    assert f"Il manque {missing} signatures pour atteindre 85\u00a0%" in page


def test_the_curve_has_the_threshold_the_gate_and_the_delivery(full):
    scope = scope_of(full, full.tilleuls)
    dashboard = dashboard_of(scope, full.roux)
    curve = dashboard.hero.curve
    assert curve.threshold.text == "Seuil 85\u00a0%"
    assert [mark.text for mark in curve.marks] == ["Aujourd’hui", "Contrôle", "Livraison"]
    assert curve.rows[-1][1] == dashboard.hero.progress.rate


def test_a_school_without_pupils_is_told_to_wait_for_its_file(cast):
    empty = make_school("0140109T", "Lycée neuf", cast.campaign)
    hero = hero_of(scope_of(cast, empty), Progress())
    assert not hero.has_passed
    assert "fichier d’effectifs" in hero.sentence


def test_whom_to_chase_starts_with_what_the_school_alone_can_mend(full):
    chased = dashboard_of(scope_of(full, full.tilleuls), full.roux).chased
    assert [row.situation for row in chased] == [
        Situation.PAPER_REJECTED,
        Situation.UNREACHABLE,
        Situation.SENT,
    ]


def tasks_of(cast, **delivery):
    if delivery:
        add_delivery(cast, cast.tilleuls, **delivery)
    tasks = dashboard_of(scope_of(cast, cast.tilleuls), cast.roux).tasks
    return {task.title: task for task in tasks}


def test_a_proposed_date_waits_for_the_school(cast):
    assert tasks_of(cast, state=DeliveryState.PROPOSED)["Convenir du jour de livraison"].is_for_school


def test_an_accepted_date_is_done_but_a_missing_room_is_not(cast):
    tasks = tasks_of(cast, state=DeliveryState.ACCEPTED, room="")
    assert tasks["Convenir du jour de livraison"].is_done
    assert tasks["Indiquer la salle"].is_for_school


def test_without_a_delivery_the_supplier_must_act(cast):
    task = tasks_of(cast)["Convenir du jour de livraison"]
    assert not task.is_done
    assert not task.is_for_school


def test_an_unreachable_family_is_a_task_in_the_base_too_whatever_the_last_file_said(cast):
    """N1: the same figure as the page « À corriger dans la base »."""
    assert tasks_of(cast)["Corriger la base de l’établissement"].is_done
    add_pupil(cast, cast.tilleuls, Situation.UNREACHABLE)
    tasks = tasks_of(cast)
    assert tasks["Retrouver les familles injoignables"].is_for_school
    base = tasks["Corriger la base de l’établissement"]
    assert (base.is_for_school, base.hint) == (True, "1 obstacle à un ordinateur.")


def test_requests_that_wait_for_the_school_are_on_its_page(client, cast, today):
    add_ticket(cast, cast.tilleuls, "waiting_school")
    client.force_login(cast.roux)
    assert "Chargeur manquant" in client.get(reverse("home")).content.decode()


def test_a_member_of_two_schools_chooses_one_in_the_address(client, cast, today):
    cast.rivage.staff.create(user=cast.roux, function="head", started_on="2026-09-01")
    client.force_login(cast.roux)
    page = client.get(reverse("home"), {"etablissement": cast.rivage.uai}).content.decode()
    assert f"<h1>{cast.rivage.name}</h1>" in page
    assert f"?etablissement={cast.tilleuls.uai}" in page
