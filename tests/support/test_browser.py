"""The helpdesk in Chromium: no violation axe can see at both widths, and the keys work."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from core.tokens import new_token, token_digest
from loans.models import Signature, SigningLink
from support.models import Ticket
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


def test_a_family_contests_a_decision_on_a_phone(phone, cast, loan):
    """X6: from the link in the message to the number of the request."""
    token = new_token()
    SigningLink.objects.create(
        convention=loan.convention,
        guardian=cast.mother,
        token_hash=token_digest(token),
        sent_to=cast.mother.email,
        issued_at=AT,
        expires_at=AT + timedelta(days=600),
    )
    Signature.objects.create(
        convention=loan.convention,
        method="electronic",
        guardian=cast.mother,
        signer_name=cast.mother.full_name,
        consent="J’accepte.",
        text_sha256=loan.convention.text.sha256,
        signed_at=AT,
    )
    phone.goto(f"/signer/{token}/")
    for field, value in {"day": "14", "month": "3", "year": "2011"}.items():
        phone.fill(f"[name={field}]", value)
    phone.locator("main form button[type=submit]").click()
    phone.get_by_role("link", name="Contester une décision").click()
    assert_accessible(phone)
    assert_no_sideways_scroll(phone)
    phone.fill("[name=body]", "Je ne comprends pas cette décision.")
    phone.get_by_role("button", name="Envoyer").click()
    assert_accessible(phone)
    expect(phone.locator("main")).to_contain_text(
        Ticket.objects.get(kind="contest").number, use_inner_text=True
    )
