"""An applied import undone as one act: compensated, never erased (X7; issue 3, point 5)."""

from datetime import date

import pytest

from core.refusals import Refused
from schools.enums import ImportState, RevertState
from schools.fictitious.evolutions import arrive, change_ine, leave, rename, transfer, vanish
from schools.imports.reverting import ask_revert, refuse_revert, revert_import
from schools.models import (
    Enrolment,
    EnrolmentChange,
    EnrolmentImport,
    Guardian,
    Guardianship,
    ImportValue,
    Pupil,
)
from tests.schools.factories import UserFactory


def base():
    """The pupils who attend, who answers for them and how to reach them."""
    return {
        "enrolments": list(
            Enrolment.objects.active()
            .order_by("pk")
            .values_list(
                "pk", "class_code", "status", "absences_count", "entered_on", "left_on", "exit_reason"
            )
        ),
        "pupils": list(
            Pupil.objects.filter(enrolments__state="active")
            .order_by("pk")
            .values_list("pk", "ine", "former_ines", "family_name", "search_key", "email", "deceased_on")
        ),
        "guardians": list(
            Guardian.objects.filter(guardianships__ended_on=None)
            .distinct()
            .order_by("pk")
            .values_list("pk", "family_name", "email", "phone")
        ),
        "links": list(
            Guardianship.objects.current()
            .order_by("pk")
            .values_list("pk", "pupil", "guardian", "level", "rank")
        ),
    }


def a_busy_night(world):
    """One of each: arrival, exit, absence, transfer in, new class, name, number, address; a link led astray."""
    here, there = world.region.schools
    day = world.on
    arrive(world.region, here, on=day)
    leave(here.pupils[1], on=date(2026, 9, 8), reason="43")
    vanish(here, here.pupils[2])
    transfer(there.pupils[3], origin=there, destination=here, on=date(2026, 9, 9), eleve_id=990_001)
    here.pupils[4].class_code = "2GT9"
    rename(world.region, here.pupils[5])
    change_ine(here.pupils[6], new="999999999ZZ")
    linked = [pupil for pupil in here.pupils[7:30] if pupil.links]
    linked[0].links[0].guardian.email = "ailleurs@example.org"
    linked[1].links = list(linked[2].links)


def last_import(world):
    return EnrolmentImport.objects.filter(school__uai=world.school.uai, state=ImportState.APPLIED).latest(
        "pk"
    )


def nothing(_imported, _arrivals):
    return {}


def asked(world, imported, obstacles=nothing):
    return ask_revert(
        imported=imported,
        by=UserFactory(),
        at=imported.received_at,
        on=world.on,
        reason="Faux",
        obstacles=obstacles,
    )


def undone(world, imported, obstacles=nothing):
    question = asked(world, imported, obstacles)
    return revert_import(
        revert=question,
        by=UserFactory(),
        at=imported.received_at,
        on=world.on,
        comment="Oui",
        obstacles=obstacles,
    )


@pytest.fixture
def busy(running):
    """The base before a busy night, and its import."""
    running.nights += 1
    before = base()
    running.nights -= 1
    a_busy_night(running)
    assert running.night(running.school).all_accepted
    return running, before, last_import(running)


def test_everything_a_night_did_is_put_back(busy):
    world, before, imported = busy
    assert base() != before
    done = undone(world, imported)
    assert base() == before
    assert done.kept == []
    assert (done.counts["arrivals"], done.counts["departures"]) == (2, 2)
    imported.refresh_from_db()
    assert imported.state == ImportState.REVERTED
    assert imported.log.get().comment == "Oui"


def test_the_apps_above_are_told_each_move_once(busy):
    world, _before, imported = busy
    last = EnrolmentChange.objects.latest("pk").pk
    undone(world, imported)
    told = EnrolmentChange.objects.filter(pk__gt=last)
    kinds = sorted(told.exclude(kind="changed").values_list("kind", flat=True))
    assert kinds == ["left", "moved", "returned"]
    back = told.get(kind="moved")
    assert back.details["from_uai"] == world.school.uai
    assert back.enrolment.school.uai == world.region.schools[1].uai
    assert told.filter(kind="changed").exists()


def test_asking_only_says_what_would_be_undone(busy):
    world, _before, imported = busy
    after = base()
    question = asked(world, imported)
    assert base() == after
    assert (question.state, question.counts["arrivals"]) == (RevertState.ASKED, 2)
    assert asked(world, imported) == question


def test_what_later_acts_made_impossible_stays_and_is_named(busy):
    world, _before, imported = busy

    def a_signature(_imported, arrivals):
        return {arrivals[0].pk: "La convention a été signée depuis."}

    kept = (
        Enrolment.objects.active().filter(changes__enrolment_import=imported, changes__kind="arrived").first()
    )
    done = undone(world, imported, a_signature)
    kept.refresh_from_db()
    assert kept.state == "active"
    assert done.kept == [{"name": kept.pupil.list_name, "sentence": "La convention a été signée depuis."}]
    assert done.counts["arrivals"] == 1
    assert Guardianship.objects.current().filter(pupil=kept.pupil).exists()


def test_a_value_changed_again_since_is_left_and_named(busy):
    world, _before, imported = busy
    astray = Guardian.objects.get(email="ailleurs@example.org")
    Guardian.objects.filter(pk=astray.pk).update(email="corrigee@example.org")
    done = undone(world, imported)
    astray.refresh_from_db()
    assert astray.email == "corrigee@example.org"
    assert [line["name"] for line in done.kept] == [astray.full_name]


def test_the_one_who_asked_does_not_decide(busy):
    world, _before, imported = busy
    question = asked(world, imported)
    with pytest.raises(Refused) as refusal:
        revert_import(
            revert=question,
            by=question.asked_by,
            at=imported.received_at,
            on=world.on,
            comment="Moi",
            obstacles=nothing,
        )
    assert refusal.value.code == "second_person"
    assert (
        refuse_revert(revert=question, by=question.asked_by, at=imported.received_at, comment="").state
        == "refused"
    )


def test_only_the_last_file_can_be_undone(busy):
    world, _before, imported = busy
    world.school.pupils[8].class_code = "2GT8"
    world.night(world.school)
    with pytest.raises(Refused) as refusal:
        asked(world, imported)
    assert refusal.value.code == "import_followed"
    undone(world, last_import(world))
    undone(world, imported)


def test_the_night_does_not_apply_an_undone_file_again_and_a_person_is_asked(busy):
    world, before, imported = busy
    undone(world, imported)
    assert world.receive().schools[0].state == ImportState.UNCHANGED
    assert base() == before
    world_report = import_by_hand(world)
    assert world_report.held == [world.school.uai]


def import_by_hand(world):
    from schools.imports import import_enrolments

    last = EnrolmentImport.objects.latest("pk").received_at
    return import_enrolments(
        paths=world.written, campaign=world.campaign, by=UserFactory(), at=last, on=world.on
    )


def test_the_next_true_file_brings_everybody_back(busy):
    world, _before, imported = busy
    undone(world, imported)
    report = world.night(world.school)
    assert (report.counts.arrivals, report.counts.departures) == (2, 2)


def test_a_first_night_leaves_no_value_behind(running):
    assert not ImportValue.objects.exists()
    assert EnrolmentImport.objects.filter(links_before=0).exists()
