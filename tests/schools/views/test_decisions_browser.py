"""A held file is previewed, approved by a second person, then undone by two: walked in Chromium (X7, P7)."""

import pytest
from playwright.sync_api import expect

from accounts.enums import Role
from schools.enums import ImportState
from schools.fictitious.evolutions import arrive, rename
from schools.imports import import_enrolments
from schools.models import Enrolment, EnrolmentImport
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.schools.factories import UserFactory


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(db):
    """Two officers of the region."""
    return [
        UserFactory(role=Role.REGION, first_name=first, last_name=last)
        for first, last in (("Sam", "Berger"), ("Inès", "Lacaze"))
    ]


@pytest.fixture
def held(tonight, people):
    """Sam sent half a file."""
    school = tonight.school
    school.pupils = school.pupils[:20]
    arrive(tonight.region, school, on=tonight.on)
    rename(tonight.region, school.pupils[0])
    next(pupil for pupil in school.pupils if pupil.links).links[0].guardian.email = "nouvelle@example.org"
    tonight.nights += 1
    tonight.export(school)
    last = EnrolmentImport.objects.latest("received_at").received_at
    import_enrolments(paths=tonight.written, campaign=tonight.campaign, by=people[0], at=last, on=tonight.on)
    return EnrolmentImport.objects.get(state=ImportState.HELD)


def look(opened):
    """Nothing for axe, nothing wider than the screen."""
    assert_accessible(opened)
    assert_no_sideways_scroll(opened)


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_a_held_file_is_approved_by_another_and_undone_by_two(request, screen, held, people):
    opened, (sam, ines) = request.getfixturevalue(screen), people
    address = f"/imports/{held.public_id}/"
    sign_in(opened, sam)
    opened.goto(address)
    look(opened)
    expect(opened.get_by_role("button", name="Appliquer quand même")).to_be_disabled()
    expect(opened.get_by_role("link", name="Inès Lacaze")).to_be_visible()
    opened.get_by_role("link", name="Coordonnées des responsables").click()
    expect(opened.locator("main")).to_contain_text("nouvelle@example.org", use_inner_text=True)
    look(opened)

    sign_in(opened, ines)
    opened.goto(address)
    opened.get_by_label("Pourquoi").fill("Le lycée l’a confirmé au téléphone.")
    opened.get_by_role("button", name="Appliquer quand même").click()
    expect(opened.locator("main")).to_contain_text("Le fichier est appliqué.", use_inner_text=True)
    expect(opened.locator("main")).to_contain_text("confirmé au téléphone", use_inner_text=True)
    held.refresh_from_db()
    assert held.state == ImportState.APPLIED

    opened.get_by_text("Demander l’annulation de cet import").click()
    opened.get_by_label("Pourquoi").last.fill("C’était la mauvaise base.")
    opened.get_by_role("button", name="Demander l’annulation").click()
    expect(opened.get_by_role("button", name="Annuler cet import")).to_be_disabled()
    look(opened)

    sign_in(opened, sam)
    opened.goto(address)
    opened.get_by_label("Pourquoi").first.fill("D’accord.")
    opened.get_by_role("button", name="Annuler cet import").click()
    expect(opened.locator("main")).to_contain_text("L’import est annulé en entier.", use_inner_text=True)
    look(opened)
    held.refresh_from_db()
    assert held.state == ImportState.REVERTED
    assert not Enrolment.objects.active().filter(absences_count__gt=0).exists()
