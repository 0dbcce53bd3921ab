"""No dead link, and none that its reader may not open: each trade walks from its first page (DESIGN §9)."""

import re
from html import unescape

import pytest
from django.urls import reverse

from accounts.enums import Role
from tests.reports.world import add_import, add_ticket


pytestmark = pytest.mark.usefixtures("today")
LINK = re.compile(r'<a [^>]*href="(/[^"#]*|\?[^"#]*)')
DEPTH = 2  # pages away from the first one
MOST = 120  # pages


def links_in(address, html):
    for found in LINK.findall(html):
        link = unescape(found)
        yield address.split("?")[0] + link if link.startswith("?") else link


def walk(client, start):
    """Every page within DEPTH links of `start`, with its status."""
    seen, edge = {}, [start]
    for _step in range(DEPTH + 1):
        beyond = []
        for address in edge:
            if address in seen or len(seen) >= MOST:
                continue
            response = client.get(address)
            seen[address] = response.status_code
            if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
                beyond += links_in(address, response.content.decode())
        edge = beyond
    return seen


@pytest.mark.parametrize("role", Role.values)
def test_no_page_leads_to_a_closed_door(client, full, role):
    add_import(full, full.tilleuls)
    add_ticket(full, full.tilleuls, "waiting_school")
    client.force_login(full.user(role))
    pages = walk(client, reverse("home"))
    assert len(pages) > 3
    assert {address: status for address, status in pages.items() if status >= 400} == {}
