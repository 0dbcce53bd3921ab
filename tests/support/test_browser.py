"""The helpdesk in Chromium: no violation axe can see at both widths, and the keys work."""

import pytest

from support.tickets import note, reply
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.support.world import AT, asked_back, ticket_for


pytestmark = pytest.mark.browser


@pytest.fixture
def places(cast, loan, ticket):
    """Where each person goes."""
    reply(ticket=ticket, body="Bonjour, maintenez le bouton dix secondes.", by=cast.maud, at=AT)
    note(ticket=ticket, body="Rappeler la mère jeudi.", by=cast.maud, at=AT)
    theft = ticket_for(cast.noe, cast.campaign, kind="theft", subject="Volé dans le bus")
    back = asked_back(loan, reason="unknown")
    return {
        "queue": (cast.maud, "/assistance/"),
        "ticket": (cast.maud, f"/assistance/{ticket.public_id}/"),
        "report": (cast.maud, f"/assistance/{theft.public_id}/declaration/"),
        "find": (cast.roux, "/assistance/nouvelle/?q=delorme"),
        "new": (cast.roux, f"/assistance/nouvelle/?eleve={cast.alix.public_id}"),
        "school_list": (cast.roux, "/assistance/"),
        "school_ticket": (cast.roux, f"/assistance/{ticket.public_id}/"),
        "returns": (cast.roux, "/retours/"),
        "return": (cast.roux, f"/retours/{back.public_id}/"),
        "warehouse": (cast.ilan, "/entrepot/"),
        "inspection": (cast.ilan, f"/retours/{back.public_id}/controle/"),
    }


NAMES = [
    "queue",
    "ticket",
    "report",
    "find",
    "new",
    "school_list",
    "school_ticket",
    "returns",
    "return",
    "warehouse",
    "inspection",
]


@pytest.mark.parametrize("name", NAMES)
def test_pages_are_accessible_on_a_desk_and_on_a_phone(page, phone, places, name):
    who, address = places[name]
    for opened in (page, phone):
        sign_in(opened, who)
        opened.goto(address)
        assert_accessible(opened)
        assert_no_sideways_scroll(opened)


def test_single_keys_walk_the_queue_and_can_be_turned_off(page, places, cast):
    sign_in(page, cast.maud)
    page.goto("/assistance/")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('[data-row]')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/assistance/*-*/")
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.name") == "body"
    page.keyboard.type("jr?")  # typing is typing
    assert page.input_value("#answer textarea") == "jr?"
    page.locator("#answer textarea").blur()
    page.keyboard.press("?")
    page.get_by_role("button", name="Désactiver les raccourcis").click()
    page.goto("/assistance/")
    page.keyboard.press("j")
    assert not page.evaluate("document.activeElement.matches('[data-row]')")
