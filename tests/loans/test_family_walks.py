"""The signing page in several languages, on small screens, without scripts, read aloud (N3, X2)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from core.models import EvidenceEvent, Message
from loans.enums import ConventionState
from loans.mailing import send_due_conventions
from loans.models import Convention, Signature, SigningLink
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, opened_page
from tests.loans.test_mailing import MAILING, at
from tests.schools.factories import EnrolmentFactory


pytestmark = pytest.mark.browser
# A phone's voices are its owner's business: this one has Arabic, and remembers what it said.
VOICE = """
const said = (window.said = []);
class Utterance { constructor(text) { this.text = text; } }
window.SpeechSynthesisUtterance = Utterance;
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => [{ lang: "ar-SA" }],
  addEventListener() {},
  cancel() { said.push("silence"); },
  speak(one) { said.push(one.lang + " " + one.text); if (said.length < 3) setTimeout(one.onend, 0); },
}});
"""


@pytest.fixture
def link(transactional_db, campaign):
    EnrolmentFactory(campaign=campaign)
    send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))
    SigningLink.objects.update(expires_at=timezone.now() + timedelta(days=60))
    return re.search(r"/signer/\S+", Message.objects.get().clear_body)[0]


def check(phone):
    assert_accessible(phone)
    assert_no_sideways_scroll(phone)


def pick(opened, name):
    opened.get_by_role("link", name=name, exact=True).click()
    opened.wait_for_url("**/signer/?langue=*")


def give_the_birth_date(phone):
    for name, figures in [("day", "14"), ("month", "3"), ("year", "2011")]:
        phone.locator(f"[name={name}]").fill(figures)
    phone.locator("main form button[type=submit]").click()
    phone.locator(".consent").wait_for()


def agree(phone):
    phone.locator("[name=accept]").check()
    phone.locator(".consent button[type=submit]").click()
    phone.locator(".confirmation h1").wait_for()


@pytest.mark.parametrize(
    ("name", "code", "direction", "signed"),
    [
        ("Français", "fr", "ltr", "C’est signé"),
        ("English", "en", "ltr", "It is signed"),
        ("العربية", "ar", "rtl", "تم التوقيع"),
    ],
)
def test_a_family_signs_in_its_language_on_a_phone(phone, link, name, code, direction, signed):
    phone.goto(link)
    pick(phone, name)
    check(phone)
    give_the_birth_date(phone)
    page = phone.locator("html")
    assert (page.get_attribute("lang"), page.get_attribute("dir")) == (code, direction)
    check(phone)
    phone.locator(".full-text summary").tap()
    assert phone.locator(".text-of-contract").get_attribute("lang") == "fr"
    check(phone)
    agree(phone)
    expect(phone.locator("h1")).to_have_text(signed)
    check(phone)
    assert Signature.objects.get().consent == "J’ai lu la convention de prêt et je l’accepte."
    assert EvidenceEvent.objects.get(action="signed").payload["language"] == code


@pytest.mark.parametrize("name", ["Français", "Русский", "ትግርኛ"])
def test_nothing_is_wider_than_the_smallest_screen(chromium, live_server, link, name):
    for phone in opened_page(chromium, live_server.url, width=320, height=640, is_mobile=True):
        phone.goto(link)
        pick(phone, name)
        assert_no_sideways_scroll(phone)
        give_the_birth_date(phone)
        phone.locator(".full-text summary").click()
        assert_no_sideways_scroll(phone)
        agree(phone)
        assert_no_sideways_scroll(phone)


def test_a_family_signs_without_scripts(chromium, live_server, link):
    for phone in opened_page(
        chromium, live_server.url, width=360, height=740, is_mobile=True, java_script_enabled=False
    ):
        phone.goto(link)
        pick(phone, "Türkçe")
        give_the_birth_date(phone)
        expect(phone.locator("[data-read-aloud]")).to_be_hidden()
        phone.locator(".full-text summary").click()
        phone.get_by_text("Article 1 – Objet").wait_for()
        agree(phone)
        expect(phone.locator("h1")).to_have_text("İmzalandı")
    assert Convention.objects.get().state == ConventionState.SIGNED


def test_the_summary_is_read_aloud_where_the_phone_has_a_voice(phone, link):
    phone.add_init_script(VOICE)
    phone.goto(link)
    pick(phone, "العربية")
    give_the_birth_date(phone)
    phone.get_by_role("button", name="استماع").tap()
    phone.get_by_role("button", name="إيقاف القراءة").tap()
    said = phone.evaluate("window.said")
    points = [" ".join(text.split()) for text in phone.locator("#summary li").all_inner_texts()]
    assert said[0] == f"ar {points[0]}"
    assert said[-1] == "silence"
    phone.get_by_role("button", name="استماع").wait_for()


def test_no_voice_no_button_and_a_wide_screen_shows_both_texts(page, link):
    page.goto(link)
    pick(page, "ትግርኛ")
    give_the_birth_date(page)
    expect(page.locator("[data-read-aloud]")).to_be_hidden()
    summary, text = page.locator("#summary").bounding_box(), page.locator(".official").bounding_box()
    expect(page.get_by_text("Article 1 – Objet")).to_be_visible()
    assert text["x"] > summary["x"] + summary["width"]
    check(page)
