"""P7: files are read in the background and shown; what was shown is what is applied, or nothing."""

import pytest

from core.refusals import Refused
from schools.batches.sending import accept_batch, drop_batch, read_again
from schools.enums import BatchSchoolState, BatchState, ImportState
from schools.fictitious.evolutions import arrive, rename, vanish
from schools.models import Enrolment, EnrolmentChange, EnrolmentImport, ImportDifference, Pupil
from tests.schools.table_files import csv_of, lines_of


def base():
    """All that an import may write."""
    return {
        "pupils": list(Pupil.objects.order_by("pk").values()),
        "enrolments": list(Enrolment.objects.order_by("pk").values()),
        "changes": EnrolmentChange.objects.count(),
        "imports": EnrolmentImport.objects.count(),
        "differences": ImportDifference.objects.count(),
    }


@pytest.fixture
def moved(desk):
    """Tonight somebody arrives, somebody is missing, somebody is renamed."""
    world = desk.world
    arrive(world.region, world.school, on=world.on)
    vanish(world.school, world.school.pupils[5])
    rename(world.region, world.school.pupils[0])
    return desk


def test_reading_writes_nothing_and_tells_who_arrives_and_who_is_missing(moved):
    before = base()
    batch = moved.work(moved.send(*moved.world.export(moved.world.school)))
    assert base() == before
    row = batch.schools.get()
    assert (batch.state, row.state, row.outcome) == (
        BatchState.READY,
        BatchSchoolState.READ,
        ImportState.APPLIED,
    )
    assert row.counts["arrivals"] == 1
    people = {kind: shown["count"] for kind, shown in row.preview["people"].items()}
    assert people == {"arrival": 1, "missing": 1, "change": 1}
    assert len(row.preview["rows"]) == 5


def test_what_was_shown_is_applied_and_the_preview_is_forgotten(moved):
    batch = moved.work(moved.send(*moved.world.export(moved.world.school)))
    shown = batch.schools.get().counts
    accept_batch(batch=batch, by=moved.by, at=moved.at)
    moved.work(batch)
    row = batch.schools.get()
    assert (batch.state, row.state, row.preview) == (BatchState.DONE, BatchSchoolState.DONE, {})
    assert row.enrolment_import.counts == shown
    assert row.enrolment_import.state == ImportState.APPLIED
    assert row.enrolment_import.received_by == moved.by


def test_a_base_that_moved_meanwhile_is_said_and_nothing_is_applied(moved):
    world = moved.world
    batch = moved.work(moved.send(*world.export(world.school)))
    Pupil.objects.filter(ine=world.school.pupils[3].ine).update(family_name="DEVENUE-AUTRE")
    accept_batch(batch=batch, by=moved.by, at=moved.at)
    before = base()
    moved.work(batch)
    assert batch.schools.get().state == BatchSchoolState.MOVED
    assert base() == before
    read_again(batch=batch, by=moved.by, at=moved.at)
    accept_batch(batch=moved.work(batch), by=moved.by, at=moved.at)
    assert moved.work(batch).schools.get().enrolment_import.state == ImportState.APPLIED


def test_half_a_file_is_shown_as_held_then_held_for_the_region(desk):
    desk.world.school.pupils = desk.world.school.pupils[:20]
    batch = desk.work(desk.send(*desk.world.export(desk.world.school)))
    row = batch.schools.get()
    assert row.outcome == ImportState.HELD
    assert row.preview["reasons"]
    assert row.preview["people"]["missing"]["count"] == 20
    accept_batch(batch=batch, by=desk.by, at=desk.at)
    desk.work(batch)
    assert batch.schools.get().enrolment_import.state == ImportState.HELD


def test_a_refused_table_tells_its_lines_and_cannot_be_accepted(desk):
    school = desk.world.school
    lines = lines_of(school)
    lines[4]["Date de naissance"] = "avril"
    batch = desk.work(desk.send(("effectifs.csv", csv_of(lines)), school=school.uai))
    shown = [(line["line"], line["place"]) for line in batch.schools.get().preview["lines"]]
    assert any(number == 6 and "avril" in place for number, place in shown)
    refused = desk.work(desk.send(("effectifs.csv", csv_of([])), school=school.uai))
    assert refused.schools.get().outcome == ImportState.REFUSED
    with pytest.raises(Refused) as said:
        accept_batch(batch=refused, by=desk.by, at=desk.at)
    assert said.value.code == "nothing_to_apply"


def test_files_given_up_apply_nothing_and_show_nothing_any_more(moved):
    batch = moved.work(moved.send(*moved.world.export(moved.world.school)))
    before = base()
    for _twice in range(2):
        drop_batch(batch=batch, by=moved.by, at=moved.at)
        moved.work(batch)
    assert (base(), batch.schools.get().preview) == (before, {})


def test_a_school_s_sending_of_another_school_s_file_is_refused(desk):
    mine, other = desk.world.region.schools
    batch = desk.work(desk.send(*desk.world.export(other), school=mine.uai))
    assert batch.schools.get().outcome == ImportState.REFUSED
