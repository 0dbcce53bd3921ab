"""What keeps pupils from a laptop in a school's own base, pupil by pupil (N1; issue 3, point 6)."""

from datetime import date

import pytest
from django.urls import reverse

from core.models import EvidenceEvent
from schools.models import MergeProposal, Pupil
from schools.quality.issues import BY_CODE, Look
from schools.quality.mending import all_lines, counts_of, lines_of, schools_by_need
from tests.cast import AT, ON, make_enrolment, make_guardian, make_pupil


@pytest.fixture
def look(cast):
    return Look(cast.campaign, ON)


def counts(cast, look):
    return {code: count for code, count in counts_of(cast.tilleuls, look).items() if count}


def add(cast, number, **fields):
    pupil = make_pupil(f"ESSAI{number}", "Lou", f"{number:09d}AA")
    return make_enrolment(pupil, cast.tilleuls, cast.campaign, **fields)


def test_a_pupil_whose_mother_reads_her_mail_has_nothing_to_mend(cast, look):
    assert counts(cast, look) == {}


def test_each_thing_to_mend_names_its_pupil(cast, look):
    add(cast, 1)
    unreachable = add(cast, 2)
    make_guardian(unreachable.pupil, "Paul")
    add(cast, 3, level="", eligibility="not_eligible")
    add(cast, 4, class_code="", eligibility="not_eligible")
    add(cast, 5, absences_count=2, eligibility="not_eligible")
    nameless = add(cast, 6, eligibility="not_eligible").pupil
    Pupil.objects.filter(pk=nameless.pk).update(ine=None, family_name="DUC?UR")
    MergeProposal.objects.create(pupil=cast.alix, newcomer=nameless, created_at=AT)
    assert counts(cast, look) == {
        "nobody_signs": 1,
        "unreachable": 1,
        "no_ine": 1,
        "no_level": 1,
        "no_class": 1,
        "missing": 1,
        "damaged_name": 1,
        "duplicate": 2,
    }
    assert lines_of(cast.tilleuls, look, BY_CODE["unreachable"]).get() == unreachable
    assert {line.name for line in all_lines(cast.tilleuls, look) if line.issue.code == "no_ine"} == {
        Pupil.objects.get(ine=None).list_name
    }


def test_an_adult_without_guardian_only_needs_an_address(cast, look):
    adult = add(cast, 1).pupil
    Pupil.objects.filter(pk=adult.pk).update(birth_on=date(2008, 9, 1))
    assert counts(cast, look) == {"unreachable": 1}
    Pupil.objects.filter(pk=adult.pk).update(email="lou@example.org")
    assert counts(cast, look) == {}


def test_nothing_is_asked_about_the_deceased(cast, look):
    gone = add(cast, 1).pupil
    Pupil.objects.filter(pk=gone.pk).update(deceased_on=ON)
    assert counts(cast, look) == {}


def test_the_schools_that_hold_back_most_pupils_come_first(cast, look):
    add(cast, 1)
    make_enrolment(make_pupil("ESSAI", "Ada", "000000009AA"), cast.rivage, cast.campaign)
    make_enrolment(make_pupil("ESSAI", "Noa", "000000008AA"), cast.rivage, cast.campaign)
    rows = list(schools_by_need(look).filter(blocked_count__gt=0))
    assert rows[0]["school__uai"] == cast.rivage.uai
    assert rows[0]["blocked_count"] >= 2


@pytest.mark.parametrize("pupils", [3, 120])
def test_the_page_asks_the_base_the_same_questions_for_few_and_for_many(
    client, cast, pupils, django_assert_max_num_queries
):
    for number in range(pupils):
        add(cast, number)
    client.force_login(cast.roux)
    with django_assert_max_num_queries(16):
        page = client.get(reverse("schools:findings"))
    assert page.context["issues"][0][1] == pupils
    assert len(page.context["page"].object_list) == min(pupils, 50)


def test_the_list_is_printed_by_class_and_taken_away_as_a_file(client, cast):
    enrolment = add(cast, 1)
    client.force_login(cast.roux)
    assert enrolment.pupil.list_name in client.get(reverse("schools:quality_print")).content.decode()
    response = client.post(reverse("reports:export_quality", args=["csv"]))
    assert enrolment.pupil.list_name in response.content.decode("utf-8-sig")
    assert EvidenceEvent.objects.get(stream="export:quality").payload["rows_count"] == 1


def test_another_school_s_list_is_not_to_be_had(client, cast):
    client.force_login(cast.petit)
    address = f"{reverse('schools:quality_print')}?etablissement={cast.tilleuls.uai}"
    assert client.get(address).status_code == 404
