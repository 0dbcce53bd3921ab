"""Two rows that may be one pupil become a question, asked once (issue 3, point 4; trust 32)."""

import pytest

from core.refusals import Refused
from schools.enums import MergeState
from schools.fictitious.evolutions import arrive
from schools.imports.merging import keep_apart, merge_rows
from schools.models import Enrolment, MergeProposal, Pupil, PupilAlias
from tests.schools.factories import UserFactory


def double_of(world, known, **changes):
    """A newcomer of the second school with the names and birth date of a pupil of the first."""
    school = world.region.schools[1]
    newcomer = arrive(world.region, school, on=world.on)
    for field in ("family_name", "usage_name", "given_name", "birth_on"):
        setattr(newcomer, field, changes.get(field, getattr(known, field)))
    return newcomer


@pytest.fixture
def known(running):
    pupil = running.school.pupils[3]
    pupil.usage_name = ""
    return pupil


def test_a_newcomer_with_the_same_names_and_birth_date_is_a_question(running, known):
    newcomer = double_of(running, known)
    running.night()
    question = MergeProposal.objects.get()
    assert (question.pupil.ine, question.newcomer.ine) == (known.ine, newcomer.ine)
    assert (question.state, question.asked_by) == (MergeState.OPEN, None)
    assert question.enrolment_import.school.uai == running.region.schools[1].uai


def test_without_a_number_the_newcomer_is_asked_about_by_name(running, known):
    double_of(running, known).ine = ""
    running.night()
    assert MergeProposal.objects.get().newcomer.ine is None


def test_accents_case_and_the_usage_name_do_not_hide_one_pupil(running, known):
    known.family_name, known.given_name = "LEFÈVRE", "Zoé"
    running.night(running.school)
    double_of(running, known, family_name="MARIAGE", usage_name="Lefevre", given_name="ZOE")
    running.night()
    assert MergeProposal.objects.get().pupil.ine == known.ine


def test_twins_are_never_asked_about(running, known):
    double_of(running, known, given_name="Un-Autre-Prénom")
    running.night()
    assert not MergeProposal.objects.exists()


def test_two_different_people_are_never_asked_about_again(running, known):
    double_of(running, known)
    running.night()
    question, officer = MergeProposal.objects.get(), UserFactory()
    for _twice in range(2):
        keep_apart(proposal=question, by=officer, at=question.created_at, comment="Cousines.")
    running.night()
    question.refresh_from_db()
    assert question.state == MergeState.APART
    assert question.log.get().comment == "Cousines."
    assert MergeProposal.objects.count() == 1


@pytest.mark.parametrize("has_number", [True, False])
def test_after_a_merge_the_next_files_find_the_one_pupil(running, known, has_number):
    """Whatever number the newcomer came with, neither school's file makes them two again."""
    newcomer = double_of(running, known)
    newcomer.ine = newcomer.ine if has_number else ""
    known.exit_on, known.exit_reason = running.on, "10"
    running.night()
    running.night()
    question = MergeProposal.objects.get()
    merge_rows(pupil=question.pupil, newcomer=question.newcomer, at=question.created_at, on=running.on)
    report = running.night()
    assert (report.counts.arrivals, report.counts.departures) == (0, 0)
    here = Enrolment.objects.active().get(pupil=question.pupil)
    assert here.school.uai == running.region.schools[1].uai
    assert not Enrolment.objects.filter(pupil=question.newcomer).exists()
    survivor = Pupil.objects.get(pk=question.pupil_id)
    assert survivor.ine == (newcomer.ine or known.ine)
    assert survivor.guardianships.current().values("guardian__scope").distinct().count() <= 1
    assert not PupilAlias.objects.filter(pupil=question.newcomer).exists()


def test_a_question_decided_is_not_decided_again(running, known):
    double_of(running, known)
    running.night()
    question, officer = MergeProposal.objects.get(), UserFactory()
    question.move_to(MergeState.MERGED, by=officer, at=question.created_at)
    with pytest.raises(Refused) as refusal:
        keep_apart(proposal=question, by=officer, at=question.created_at, comment="")
    assert refusal.value.code == "merge_decided"
