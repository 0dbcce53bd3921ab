"""`manage.py screenshots`: the pictures of the README, taken in Chromium from a running demo."""

import io
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from PIL import Image

from config.demo.families import WaitingFamily, waiting_family
from config.demo.people import PASSWORD


PICTURES = Path(settings.BASE_DIR) / "docs" / "pictures"
WIDTHS = {"wide": (1280, 900), "phone": (360, 780)}
COLOURS = 128  # enough for flat pages, at a third of the weight
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
STAFF_PAGES = (
    ("school", "proviseure", "/tableau-de-bord/"),
    ("supplier", "logistique", "/planning/"),
    ("helpdesk", "assistance", "/assistance/"),
    ("region", "region", "/rapports/"),
)


class Command(BaseCommand):
    help = (
        "Take the pictures of the four faces, at both widths, into docs/pictures/ (start `make run` first)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the demo runs")

    def handle(self, *args: Any, **options: Any) -> None:
        from playwright.sync_api import sync_playwright  # of the test requirements

        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        if chromium is None:
            raise CommandError("Chromium is missing. On Debian: sudo apt-get install chromium")
        PICTURES.mkdir(parents=True, exist_ok=True)
        family = family_that_waits()  # before Playwright's loop, in which Django reads no table
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
            for width, (across, down) in WIDTHS.items():
                url, viewport = options["url"].rstrip("/"), {"width": across, "height": down}
                self.take_all(browser, url, width, viewport)
                self.take_family(browser, url, width, viewport, family)
            browser.close()

    def take_all(self, browser: Any, url: str, width: str, viewport: dict[str, int]) -> None:
        for face, account, path in STAFF_PAGES:
            page = browser.new_context(viewport=viewport, base_url=url, locale="fr-FR").new_page()
            page.goto("/connexion/")
            page.fill("[name=username]", f"{account}@example.org")
            page.fill("[name=password]", PASSWORD)
            page.click("main button[type=submit]")
            page.goto(path)
            self.take(page, f"{face}-{width}")

    def take_family(
        self, browser: Any, url: str, width: str, viewport: dict[str, int], family: WaitingFamily
    ) -> None:
        """What a parent reads, once the date of birth is given."""
        page = browser.new_context(viewport=viewport, base_url=url, locale="fr-FR").new_page()
        page.goto(family.path)
        for name in ("day", "month", "year"):
            page.fill(f"[name={name}]", str(getattr(family.birth_on, name)))
        page.click("main form button[type=submit]")
        self.take(page, f"family-{width}")

    def take(self, page: Any, name: str) -> None:
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        picture.quantize(COLOURS).save(PICTURES / f"{name}.png", optimize=True)
        page.context.close()
        self.stdout.write(f"docs/pictures/{name}.png")


def family_that_waits() -> WaitingFamily:
    family = waiting_family()
    if family is None:
        raise CommandError("No family waits for a signature: play the demo first.")
    return family
