"""Walking pages in Debian's Chromium: `page` (a desk), `phone` (360 pixels), sign_in, assert_accessible.

Console errors fail the test: a broken Content-Security-Policy shows there.
"""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright


ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 30_000  # milliseconds: what Playwright gives its own acts, on the slowest machine
expect.set_options(timeout=PATIENCE)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run. Playwright's loop runs in this thread, so Django must allow that."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is missing: apt install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, live_server: Any) -> Iterator[Page]:
    """A page 1280 pixels wide; `page.goto("/aide/")` opens the live server."""
    yield from opened_page(chromium, live_server.url, width=1280, height=900)


@pytest.fixture
def phone(chromium: Browser, live_server: Any) -> Iterator[Page]:
    """A page 360 pixels wide, touched with a finger."""
    yield from opened_page(chromium, live_server.url, width=360, height=740, has_touch=True, is_mobile=True)


def opened_page(browser: Browser, address: str, *, width: int, height: int, **options: Any) -> Iterator[Page]:
    context = browser.new_context(
        base_url=address,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        viewport={"width": width, "height": height},
        **options,
    )
    opened, errors = context.new_page(), []
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert not errors, f"The browser complained: {errors}"


def sign_in(opened: Page, user: Any) -> None:
    """Give the browser a session of that person, without the form."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    address = opened.evaluate("location.origin") if opened.url.startswith("http") else _address(opened)
    opened.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])


def assert_accessible(opened: Page) -> None:
    """No violation of WCAG 2.2 A and AA that axe can see on the page as it is now."""
    opened.evaluate(f"{AXE.read_text()};0")
    asked = {"runOnly": WCAG, "resultTypes": ["violations"]}  # what passes is not described, node by node
    found = opened.evaluate("asked => axe.run(document, asked)", asked)["violations"]
    assert not found, "\n".join(_violation(violation) for violation in found)


def assert_no_sideways_scroll(opened: Page) -> None:
    """The page fits its width (WCAG 1.4.10)."""
    excess = opened.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert excess <= 0, f"{opened.url} is {excess} pixels too wide"


def _address(opened: Page) -> str:
    opened.goto("/aide/")
    return str(opened.evaluate("location.origin"))


def _violation(violation: dict[str, Any]) -> str:
    places = "; ".join(f"{node['target']} {node['failureSummary']}" for node in violation["nodes"][:3])
    return f"{violation['id']} ({violation['impact']}): {violation['help']} – {places}"
