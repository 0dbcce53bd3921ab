"""Invariant 10: a school sees its own pupils; a stranger gets 404; one guardian never sees the other's details."""

import pytest
from django.urls import reverse

from reports.enums import Situation
from schools.enums import EnrolmentState
from tests.cast import ON, make_guardian
from tests.reports.world import add_pupil


pytestmark = pytest.mark.usefixtures("today")


def test_the_dashboard_of_another_school_is_not_found(client, cast):
    client.force_login(cast.petit)
    assert client.get(reverse("home"), {"etablissement": cast.tilleuls.uai}).status_code == 404


def test_the_pupils_of_another_school_are_not_found(client, cast):
    client.force_login(cast.petit)
    assert client.get(reverse("reports:pupils"), {"etablissement": cast.tilleuls.uai}).status_code == 404


def test_a_pupil_who_left_is_no_longer_seen_by_the_school(client, cast):
    enrolment = add_pupil(cast, cast.tilleuls, Situation.SIGNED)
    client.force_login(cast.roux)
    address = reverse("reports:pupil", args=[enrolment.pupil.public_id])
    assert client.get(address).status_code == 200
    enrolment.state, enrolment.left_on = EnrolmentState.LEFT, ON
    enrolment.save()
    assert client.get(address).status_code == 404


def test_the_supplier_does_not_read_a_school_s_dashboard(client, cast):
    client.force_login(cast.lou)
    assert client.get(reverse("home")).status_code == 200
    assert client.get(reverse("home"), {"etablissement": cast.tilleuls.uai}).status_code == 403


def test_a_school_reads_whether_a_guardian_can_be_reached_and_never_the_address(client, cast):
    make_guardian(cast.alix, "Paul")
    address = reverse("reports:pupil", args=[cast.alix.public_id])
    client.force_login(cast.roux)
    page = client.get(address).content.decode()
    assert "adresse connue" in page
    assert "aucune adresse" in page
    assert cast.mother.email not in page


def test_the_helpdesk_reads_the_address(client, cast):
    client.force_login(cast.maud)
    page = client.get(reverse("reports:pupil", args=[cast.alix.public_id])).content.decode()
    assert cast.mother.email in page


def test_the_pupil_s_page_says_why_it_is_eligible(client, cast):
    client.force_login(cast.roux)
    page = client.get(reverse("reports:pupil", args=[cast.alix.public_id])).content.decode()
    assert "Élève de seconde générale et technologique." in page
    assert "population.entry_levels" in page


def test_a_school_s_staff_without_a_school_are_told_what_to_do(client, cast):
    cast.roux.school_posts.update(ended_on=ON)
    client.force_login(cast.roux)
    assert "Vous n’agissez encore pour aucun établissement" in client.get(reverse("home")).content.decode()
