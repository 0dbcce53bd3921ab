"""What a family's phone downloads to sign, counted by Chromium on the real server (X2: 60 KB for the whole journey)."""

import re
import sys
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import Message
from loans.enums import ConventionState
from loans.mailing import send_due_conventions
from loans.models import Convention, SigningLink
from tests.kit.real_server import real_server
from tests.loans.test_mailing import MAILING, at
from tests.schools.factories import EnrolmentFactory


pytestmark = pytest.mark.browser
LIMIT = 60_000  # bytes, headers included
THREE_G = {"latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}


@pytest.fixture
def link(transactional_db, campaign):
    EnrolmentFactory(campaign=campaign)
    send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))
    SigningLink.objects.update(expires_at=timezone.now() + timedelta(days=60))
    return re.search(r"/signer/\S+", Message.objects.get().clear_body)[0]


@pytest.fixture(scope="module")
def server(django_db_setup, tmp_path_factory):
    with real_server(tmp_path_factory.mktemp("real")) as address:
        yield address


@pytest.fixture
def opened(chromium, server):
    """A phone with an empty cache, whose network says what it received."""
    contexts = []

    def phone(locale):
        context = chromium.new_context(
            base_url=server, locale=locale, viewport={"width": 360, "height": 740}, is_mobile=True
        )
        contexts.append(context)
        page, received = context.new_page(), {}
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        network.on(
            "Network.loadingFinished",
            lambda told: received.__setitem__(told["requestId"], told["encodedDataLength"]),
        )
        return page, network, received

    yield phone
    for context in contexts:
        context.close()


def sign(phone, link):
    phone.goto(link)
    for name, figures in [("day", "14"), ("month", "3"), ("year", "2011")]:
        phone.locator(f"[name={name}]").fill(figures)
    phone.locator("main form button[type=submit]").click()
    phone.locator(".full-text summary").click()
    phone.locator("[name=accept]").check()
    phone.locator(".consent button[type=submit]").click()
    phone.locator(".confirmation h1").wait_for()
    phone.wait_for_load_state("networkidle")


@pytest.mark.parametrize("locale", ["fr-FR", "tr-TR", "ar-MA"])
def test_the_whole_journey_fits_in_60_kilobytes(opened, link, locale):
    phone, _network, received = opened(locale)
    sign(phone, link)
    assert Convention.objects.get().state == ConventionState.SIGNED
    assert phone.evaluate("document.documentElement.lang") == locale[:2]
    total = sum(received.values())
    sys.stdout.write(f"{locale}: {total} bytes in {len(received)} answers\n")
    assert 10_000 < total < LIMIT


def test_a_slow_network_is_enough(opened, link):
    """3G as Chromium's own tools simulate it: the time is told, not judged."""
    phone, network, _received = opened("fr-FR")
    network.send("Network.emulateNetworkConditions", {"offline": False, **THREE_G})
    started = time.monotonic()
    sign(phone, link)
    sys.stdout.write(f"signed on 3G in {time.monotonic() - started:.1f} s\n")
    assert Convention.objects.get().state == ConventionState.SIGNED
