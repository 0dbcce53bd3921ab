"""The planning, the desk and the family's page in Chromium: by keyboard, by axe, at both widths."""

import pytest
from playwright.sync_api import expect

from distribution.follow_up import follow_up_token
from loans.models import Convention
from tests.distribution.scene import opened, serve
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.loans.factories import DeviceFactory


pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("delivery_day")]


@pytest.fixture
def day(live_server, cast):
    delivery = opened(cast, cast.tilleuls, signed=6)
    serve(cast, delivery.lines.last())
    return delivery


def test_a_pupil_is_served_without_touching_the_mouse(page, cast, day):
    """Letters, arrow, Enter, scan: what a wedge scanner and ten fingers do."""
    line, device = day.lines.filter(state="expected").first(), DeviceFactory()
    sign_in(page, cast.lou)
    page.goto(f"/livraisons/{day.public_id}/bureau/")
    expect(page.locator("#desk-input")).to_be_focused()
    page.keyboard.type(line.pupil.family_name.lower())
    match = page.locator("[data-desk-matches] a").filter(has_text=line.pupil.list_name)
    expect(match).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(match).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#desk-input")).to_be_focused()
    page.keyboard.type("XX-INCONNU\n")
    expect(page.locator("#desk-result")).to_contain_text("Aucun ordinateur")
    expect(page.locator("#desk-input")).to_be_focused()
    page.keyboard.type(f"{device.serial}\n")
    expect(page.locator("#desk-result")).to_contain_text("Remis")
    expect(page.locator("#desk-input")).to_be_focused()
    expect(page.locator(".counter.is-big strong")).to_have_text("2")


def test_one_name_and_enter_is_enough_and_escape_comes_back(page, cast, day):
    line = day.lines.filter(state="expected").first()
    sign_in(page, cast.lou)
    page.goto(f"/livraisons/{day.public_id}/bureau/")
    page.keyboard.type(f"{line.pupil.ine}\n")
    expect(page.locator(".desk-who h2")).to_have_text(line.pupil.list_name)
    page.keyboard.press("Escape")
    expect(page.locator("label[for=desk-input]")).to_have_text("Quel élève ?")


def test_undo_is_one_press_away(page, cast, day):
    sign_in(page, cast.lou)
    page.goto(f"/livraisons/{day.public_id}/bureau/")
    page.get_by_role("button", name="Annuler").click()
    expect(page.locator("#desk-result")).to_contain_text("de nouveau attendu")
    expect(page.locator(".counter.is-big strong")).to_have_text("0")


@pytest.mark.parametrize("opened_on", ["page", "phone"])
def test_every_page_is_accessible_at_both_widths(request, cast, day, opened_on):
    screen = request.getfixturevalue(opened_on)
    sign_in(screen, cast.lou)
    for path in (
        "/planning/",
        "/planning/?q=lycée",
        f"/planning/{cast.rivage.uai}/proposer/",
        "/livraisons/bureaux/",
        f"/livraisons/{day.public_id}/",
        f"/livraisons/{day.public_id}/bureau/",
        f"/livraisons/{day.public_id}/bureau/?q=essai",
        f"/livraisons/{day.public_id}/liste/",
        f"/livraisons/{day.public_id}/cloture/",
        "/colis/",
        f"/suivi/{follow_up_token(Convention.objects.signed().first())}/",
    ):
        screen.goto(path)
        assert_accessible(screen)
        assert_no_sideways_scroll(screen)
