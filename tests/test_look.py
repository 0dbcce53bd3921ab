"""The look keeps its promises: light, contrasted, accessible, at home on a phone (DESIGN §9)."""

import gzip
import re

import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests.kit.browser import assert_accessible, assert_no_sideways_scroll


STATIC = settings.BASE_DIR / "static"
PUBLIC_PAGES = ["/", "/aide/", "/accessibilite/", "/vie-privee/"]
STYLE_PAGES = ["/style/", "/style/familles/"]
TONES = ["success", "warning", "danger", "info", "waiting", "neutral"]


def tokens() -> dict[str, str]:
    text = (STATIC / "scss" / "_tokens.scss").read_text()
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text))


def luminance(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("background", ["paper", "surface", "sunk"])
@pytest.mark.parametrize("text", ["ink", "ink-soft", "primary", "primary-strong", "leather", "danger"])
def test_text_is_read_on_every_background(text, background):
    assert contrast(tokens()[text], tokens()[background]) >= 4.5


@pytest.mark.parametrize("tone", TONES)
def test_a_badge_is_read_on_its_own_tone(tone):
    assert contrast(tokens()[tone], tokens()[f"{tone}-soft"]) >= 4.5
    assert contrast(tokens()["ink"], tokens()[f"{tone}-soft"]) >= 4.5


@pytest.mark.parametrize("background", ["paper", "surface", "sunk", "primary-soft"])
def test_the_border_of_a_control_is_seen(background):
    assert contrast(tokens()["control"], tokens()[background]) >= 3


@pytest.mark.parametrize("background", ["paper", "surface", "primary", "primary-strong"])
def test_one_of_the_two_colours_of_the_focus_ring_is_seen(background):
    ring = [tokens()["focus-dark"], tokens()["focus-light"]]
    assert max(contrast(colour, tokens()[background]) for colour in ring) >= 3


def test_the_families_sheet_stays_light():
    assert len(gzip.compress((STATIC / "dist" / "public.css").read_bytes())) <= 15 * 1024


def test_a_family_downloads_less_than_50_kilobytes_of_look():
    """Sheet, icons and the two faces of the type: X2 leaves 60 KB for a whole page."""
    dist = STATIC / "dist"
    texts = [gzip.compress((dist / name).read_bytes()) for name in ("public.css", "icons.svg")]
    faces = [path.read_bytes() for path in (dist / "fonts").glob("*-latin-[47]00-normal.woff2")]
    assert len(faces) == 2
    assert sum(map(len, [*texts, *faces])) < 50 * 1024


@pytest.mark.browser
@pytest.mark.parametrize("address", PUBLIC_PAGES)
def test_public_pages_are_accessible_at_a_desk_and_on_a_phone(page: Page, address):
    page.goto(address)
    assert_accessible(page)
    page.set_viewport_size({"width": 360, "height": 740})
    assert_accessible(page)


@pytest.mark.browser
@pytest.mark.urls("tests.kit.style_urls")
@pytest.mark.parametrize("address", STYLE_PAGES)
def test_every_component_is_accessible_at_a_desk_and_on_a_phone(page: Page, address):
    page.goto(address)
    assert_accessible(page)
    page.set_viewport_size({"width": 360, "height": 740})
    assert_accessible(page)


@pytest.mark.browser
@pytest.mark.urls("tests.kit.style_urls")
@pytest.mark.parametrize("address", [*PUBLIC_PAGES, *STYLE_PAGES])
def test_nothing_scrolls_sideways_at_320_pixels(phone: Page, address):
    phone.set_viewport_size({"width": 320, "height": 640})
    phone.goto(address)
    assert_no_sideways_scroll(phone)


@pytest.mark.browser
@pytest.mark.parametrize("address", PUBLIC_PAGES)
def test_what_a_finger_touches_is_44_pixels_high(phone: Page, address):
    phone.goto(address)
    small = phone.evaluate(
        "[...document.querySelectorAll('main .btn, header a, footer a, input')]"
        ".filter(e => e.getBoundingClientRect().height < 43.9).map(e => e.outerHTML)"
    )
    assert small == []


@pytest.mark.browser
@pytest.mark.urls("tests.kit.style_urls")
def test_the_staff_menu_opens_on_a_phone_without_any_script(chromium, live_server):
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    narrow = context.new_page()
    narrow.goto("/style/")
    menu = narrow.get_by_role("navigation", name="Menu principal")
    assert not menu.is_visible()
    narrow.get_by_role("button", name="Menu").click()
    assert menu.is_visible()
    context.close()


@pytest.mark.browser
def test_the_first_tab_stop_skips_to_the_content(page: Page):
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
