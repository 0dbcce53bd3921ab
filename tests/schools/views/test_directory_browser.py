"""The region decides what a new directory changes: walked in Chromium, on a screen and on a phone (N1)."""

import pytest
from playwright.sync_api import expect

from accounts.enums import Role
from schools.directory import import_schools
from schools.models import School
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.schools.factories import UserFactory


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COLUMNS = (
    "identifiant_de_l_etablissement;nom_etablissement;etat;voie_generale;code_departement;nom_commune;adresse_1;"
    "code_postal"
)


@pytest.fixture
def announced(db, tmp_path):
    """One school closes at the address where another opens, and a third has a new name."""
    path = tmp_path / "annuaire.csv"
    for lines in (
        ("0140013N;Lycée des Essais;OUVERT", "0140014P;Lycée du Quai;OUVERT"),
        (
            "0140013N;Lycée des Essais;FERME",
            "0140014P;Lycée des Deux-Quais;OUVERT",
            "0140004D;Cité des Essais;OUVERT",
        ),
    ):
        rows = (f"{line};1;014;Essaiville;{line[:8]} rue;14900" for line in lines)
        path.write_text("\n".join((COLUMNS, *rows)).replace("0140004D rue", "0140013N rue"))
        import_schools(path=path, campaign=None)


def look(opened):
    assert_accessible(opened)
    assert_no_sideways_scroll(opened)


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_a_closing_is_approved_with_its_successor_and_the_rest_at_once(request, screen, announced):
    opened = request.getfixturevalue(screen)
    sign_in(opened, UserFactory(role=Role.REGION))
    opened.goto("/etablissements/")
    opened.get_by_role("link", name="Annuaire : 3 changements à décider").click()
    look(opened)
    expect(opened.get_by_label("Établissement qui prend la suite")).to_have_value("0140004D")
    opened.get_by_role("button", name="Approuver Lycée des Essais").click()
    expect(opened.locator("main")).to_contain_text("approuvez d’abord son ouverture", use_inner_text=True)
    opened.get_by_text("Tout approuver").first.click()
    opened.get_by_role("button", name="Tout approuver").last.click()
    expect(opened.locator("main")).to_contain_text("3 changements sont appliqués.", use_inner_text=True)
    expect(opened.locator("main")).to_contain_text("Rien à décider", use_inner_text=True)
    look(opened)
    closed = School.objects.get(uai="0140013N")
    assert (closed.is_open, closed.successor.name) == (False, "Cité des Essais")
    assert School.objects.get(uai="0140014P").name == "Lycée des Deux-Quais"
