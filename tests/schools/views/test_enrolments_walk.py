"""One file from its sending to its undoing: preview, hold, approve, revert, what to mend; walked in Chromium (issue 3).

A school's secretary, an officer of the region and a colleague of theirs, each on a desk's screen and on a phone.
"""

import pytest
from playwright.sync_api import Page, expect

from accounts.enums import Role
from schools.enums import ImportState
from schools.models import Enrolment, EnrolmentImport
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.schools.batches.working import work_on_files_sent
from tests.schools.factories import UserFactory


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def officers(db):
    return [
        UserFactory(role=Role.REGION, first_name=first, last_name=last)
        for first, last in (("Sam", "Berger"), ("Inès", "Lacaze"))
    ]


@pytest.fixture
def half(tonight):
    """Tonight the base of the first school lost half its pupils."""
    school = tonight.school
    school.pupils = school.pupils[:20]
    tonight.nights += 1
    return tonight.export(school)


def look_at(opened: Page, heading: str) -> None:
    expect(opened.get_by_role("heading", level=1)).to_have_text(heading)
    opened.wait_for_load_state()
    assert_accessible(opened)
    assert_no_sideways_scroll(opened)


def preview(opened: Page, paths) -> None:
    """The school sends its file and sees what it would do: nothing is applied yet."""
    opened.goto("/imports/")
    look_at(opened, "Imports des effectifs")
    opened.get_by_label("Fichiers d’effectifs").set_input_files(list(paths))
    opened.get_by_role("button", name="Lire les fichiers").click()
    work_on_files_sent()
    opened.reload()
    look_at(opened, "Ce que ces fichiers changeraient")
    expect(opened.get_by_text("Le fichier serait retenu")).to_be_visible()
    expect(opened.get_by_text("20 des 40 élèves inscrits")).to_be_visible()
    opened.get_by_text("Qui n’est pas dans le fichier (20)").click()
    assert_accessible(opened)
    assert EnrolmentImport.objects.filter(state=ImportState.HELD).count() == 0


def hold(opened: Page) -> EnrolmentImport:
    """It goes to the region as it is, and waits there."""
    opened.get_by_role("button", name="Envoyer à la région").click()
    work_on_files_sent()
    opened.reload()
    look_at(opened, "Ce que sont devenus vos fichiers")
    opened.get_by_role("link", name="Voir cet import").click()
    expect(opened.get_by_text("Le fichier est retenu : rien n’en est appliqué")).to_be_visible()
    expect(opened.get_by_role("button", name="Appliquer quand même")).to_have_count(0)
    assert_accessible(opened)
    assert Enrolment.objects.active().filter(absences_count__gt=0).count() == 0
    return EnrolmentImport.objects.get(state=ImportState.HELD)


def approve(opened: Page, held: EnrolmentImport) -> None:
    """The region finds it in its list, asks why of itself, applies it."""
    opened.goto("/imports/?state=held")
    opened.locator(f"a[href='/imports/{held.public_id}/']").first.click()
    opened.get_by_role("button", name="Appliquer quand même").click()
    expect(opened.get_by_text("Dites pourquoi")).to_be_visible()
    opened.get_by_label("Pourquoi").fill("Deux classes ferment, le lycée l’a confirmé.")
    opened.get_by_role("button", name="Appliquer quand même").click()
    expect(opened.get_by_text("Le fichier est appliqué.")).to_be_visible()
    assert_accessible(opened)
    assert_no_sideways_scroll(opened)
    assert Enrolment.objects.active().filter(absences_count=1).count() == 20


def ask_to_undo(opened: Page) -> None:
    opened.get_by_text("Demander l’annulation de cet import").click()
    opened.get_by_label("Pourquoi").last.fill("C’était la base de l’an dernier.")
    opened.get_by_role("button", name="Demander l’annulation").click()
    expect(opened.get_by_role("button", name="Annuler cet import")).to_be_disabled()


def revert(opened: Page, held: EnrolmentImport) -> None:
    """The second person agrees: the base is as it was."""
    opened.goto(f"/imports/{held.public_id}/")
    opened.get_by_label("Pourquoi").first.fill("D’accord.")
    opened.get_by_role("button", name="Annuler cet import").click()
    expect(opened.get_by_text("L’import est annulé en entier.")).to_be_visible()
    assert_accessible(opened)
    assert_no_sideways_scroll(opened)
    assert Enrolment.objects.active().filter(absences_count__gt=0).count() == 0


def mend(opened: Page) -> None:
    """What blocks a laptop comes first, with what to do about it, and goes out on paper."""
    opened.goto("/a-corriger/")
    assert_accessible(opened)
    assert_no_sideways_scroll(opened)
    expect(opened.get_by_text("Dans SIECLE").first).to_be_visible()
    opened.get_by_role("link", name="Imprimer par classe").click()
    assert_accessible(opened)


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_a_file_is_previewed_held_approved_and_reverted(request, screen, half, head, officers):
    opened, (sam, ines) = request.getfixturevalue(screen), officers
    sign_in(opened, head)
    preview(opened, half)
    held = hold(opened)
    sign_in(opened, sam)
    approve(opened, held)
    ask_to_undo(opened)
    sign_in(opened, ines)
    revert(opened, held)
    sign_in(opened, head)
    mend(opened)
