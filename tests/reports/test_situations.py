"""N4: where each pupil stands, in one word, and who must act."""

import pytest
from django.urls import reverse

from reports.enums import ACTORS, TONES, Actor, Situation, situations_of
from reports.pupils import pupils_seen_by
from schools.models import Guardianship
from tests.reports.world import add_pupil, scope_of


@pytest.mark.parametrize("situation", Situation)
def test_the_facts_of_a_pupil_give_its_situation(cast, situation):
    enrolment = add_pupil(cast, cast.tilleuls, situation)
    found = pupils_seen_by(cast.roux, scope_of(cast)).get(pk=enrolment.pk)
    assert found.situation == situation


def test_every_situation_has_an_actor_and_a_tone():
    assert set(ACTORS) == set(TONES) == set(Situation)


def test_each_situation_belongs_to_one_actor():
    listed = [word for actor in Actor for word in situations_of(actor)]
    assert sorted(listed) == sorted(Situation.values)


def test_a_family_that_lost_its_only_address_becomes_unreachable(cast):
    enrolment = add_pupil(cast, cast.tilleuls, Situation.SENT)
    guardian = Guardianship.objects.get(pupil=enrolment.pupil).guardian
    guardian.email = ""
    guardian.save()
    found = pupils_seen_by(cast.roux, scope_of(cast)).get(pk=enrolment.pk)
    assert found.situation == Situation.UNREACHABLE


def test_a_school_sees_its_own_pupils_only(full):
    names = {row.school.name for row in pupils_seen_by(full.petit, scope_of(full))}
    assert names == {full.rivage.name}


def test_on_the_screen_those_who_are_not_concerned_come_last(client, cast, today):
    stranger = add_pupil(cast, cast.tilleuls, Situation.NOT_ELIGIBLE, class_code="1A").pupil
    concerned = add_pupil(cast, cast.tilleuls, Situation.SENT, class_code="2Z").pupil
    client.force_login(cast.roux)
    page = client.get(reverse("reports:pupils")).content.decode()
    assert page.index(concerned.list_name) < page.index(stranger.list_name)
