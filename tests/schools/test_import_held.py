"""Half a file is well-formed too: it is held for a person (invariant 5; trust 29, 30)."""

from decimal import Decimal

import pytest

from core.refusals import Refused
from programmes.presets import preset
from schools.enums import EnrolmentState, ImportState
from schools.imports.deciding import accept_held_import, reject_held_import
from schools.imports.rules import FileFacts, reasons_to_hold
from schools.models import Enrolment, EnrolmentImport
from schools.sources.catalogue import DUPLICATE_INE


RULES = preset("normandie").rules_for(2026)


def facts(enrolled, missing=0, **more):
    values = {"listed": enrolled - missing, "set_aside": 0, "leaving": 0, **more}
    return FileFacts(enrolled=enrolled, missing=missing, **values)


@pytest.mark.parametrize(
    ("enrolled", "missing", "held"),
    [
        (1000, 100, False),
        (1000, 101, True),
        (40, 40, True),
        (300, 4, False),
        (12, 5, False),
        (12, 7, True),
        (0, 0, False),
    ],
)
def test_more_than_the_voted_share_missing_holds_the_file(enrolled, missing, held):
    """One tenth exactly passes; under twenty pupils, from one half."""
    assert RULES.departure.feed_drop_guard == Decimal("0.10")
    assert bool(reasons_to_hold(facts(enrolled, missing), RULES)) is held


def test_a_vanished_class_mass_exits_and_wrong_rows_hold_it_too():
    assert reasons_to_hold(facts(300, vanished_classes=("2GT1",)), RULES)
    assert reasons_to_hold(facts(300, leaving=31), RULES)
    assert reasons_to_hold(facts(300, set_aside=16), RULES)
    assert not reasons_to_hold(facts(300, leaving=30, set_aside=15), RULES)


@pytest.fixture
def half(running):
    """Tonight's file of the first school has lost half its pupils."""
    running.school.pupils = running.school.pupils[:20]
    report = running.night(running.school)
    return running, report, EnrolmentImport.objects.get(state=ImportState.HELD)


def test_half_a_file_is_held_and_touches_nothing(half):
    world, report, held = half
    assert report.held == [world.school.uai]
    assert not report.all_accepted
    assert (report.counts.listed, report.counts.changes, report.counts.departures) == (20, 0, 0)
    assert Enrolment.objects.active().count() == 80
    assert Enrolment.objects.filter(absences_count__gt=0).count() == 0
    assert "20" in held.hold_reasons[0]
    assert held.files.count() == 4


def test_the_same_half_file_again_is_still_held_in_the_same_row(half):
    world, _report, held = half
    assert world.receive().held == [world.school.uai]
    assert EnrolmentImport.objects.filter(state=ImportState.HELD).get() == held


def test_accepted_it_is_applied_in_its_own_row_and_absences_only_count(half):
    world, _report, held = half
    report = accept_held_import(held=held, by=None, at=held.received_at, on=world.on)
    held.refresh_from_db()
    assert (report.state, held.state, held.applied_at) == (
        ImportState.APPLIED,
        ImportState.APPLIED,
        held.received_at,
    )
    assert Enrolment.objects.active().filter(absences_count=1).count() == 20
    assert [log.to_state for log in held.log.all()] == ["applied"]
    assert accept_held_import(held=held, by=None, at=held.received_at, on=world.on) is None


def test_rejected_it_stays_out_and_cannot_be_accepted_after(half):
    world, _report, held = half
    for _twice in range(2):
        reject_held_import(held=held, by=None, at=held.received_at, comment="Export d’une seule classe.")
    held.refresh_from_db()
    assert held.state == ImportState.REJECTED
    assert held.log.get().comment == "Export d’une seule classe."
    with pytest.raises(Refused) as refusal:
        accept_held_import(held=held, by=None, at=held.received_at, on=world.on)
    assert refusal.value.code == "import_not_held"
    assert Enrolment.objects.filter(state=EnrolmentState.LEFT).count() == 0


def test_a_whole_file_the_next_night_drops_the_held_one(running):
    everybody = list(running.school.pupils)
    running.school.pupils = everybody[:20]
    running.night(running.school)
    running.school.pupils = everybody
    assert running.night(running.school).all_accepted
    assert EnrolmentImport.objects.filter(state=ImportState.REJECTED).count() == 1
    assert Enrolment.objects.active().count() == 80


@pytest.mark.parametrize("later", [0, 30])
def test_half_a_file_is_held_whenever_it_was_made(running, later):
    """A second file of the same day, or one found a month after: its absences do not count, its holes still show."""
    running.school.pupils = running.school.pupils[:20]
    running.export(running.school)
    running.nights += later
    assert running.receive().held == [running.school.uai]


def test_one_whole_class_missing_holds_the_file(running):
    gone = running.school.pupils[-1].class_code
    running.school.pupils = [pupil for pupil in running.school.pupils if pupil.class_code != gone]
    report = running.night(running.school)
    assert report.held == [running.school.uai]
    assert any(gone in reason for reason in report.schools[0].hold_reasons)


def test_the_first_file_of_a_school_is_held_only_for_wrong_rows(world):
    for pupil in world.school.pupils[:8]:
        pupil.ine = world.school.pupils[0].ine
    report = world.night(world.school)
    assert report.held == [world.school.uai]
    assert report.finding_counts()[DUPLICATE_INE.code] == 8


def test_many_addresses_changed_in_one_night_hold_the_file(running):
    """Trust 33: signing links must not be led astray by one bad file."""
    parents = {
        link.guardian.person_id: link.guardian for pupil in running.school.pupils for link in pupil.links
    }
    known = [guardian for guardian in parents.values() if guardian.email]
    for guardian in known[: len(known) // 5]:
        guardian.email = f"ailleurs.{guardian.person_id}@example.org"
    assert running.night(running.school).held == [running.school.uai]


def test_in_the_summer_nobody_leaves_and_nothing_is_held(running):
    """Bases empty themselves from June: absences and exit dates are not read (imports.silence_from)."""
    running.school.pupils = running.school.pupils[:20]
    running.nights = 300  # early July
    report = running.night(running.school)
    assert (report.held, report.counts.departures) == ([], 0)
    assert Enrolment.objects.filter(absences_count__gt=0).count() == 0
