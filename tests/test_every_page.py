"""Every page of the permission table, in Chromium, wide and on a phone: axe finds nothing, nothing scrolls sideways.

A page that is added to the table is walked here without anybody thinking of it (DESIGN §9, WCAG 2.2 AA).
"""

from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.permissions.rows import STAFF
from tests.permissions.table import TABLE
from tests.permissions.world import make_world


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


THIRD_PARTY = {"reports:api_docs"}  # Swagger UI, for developers; its faults are its own


def walker_of(row) -> str | None:
    """Each page is walked once, by the first who may open it."""
    return next((role for role in ("anonymous", *STAFF) if row.expected()[role] == 200), None)


WALKERS = sorted({walker_of(row) for row in TABLE} - {None})


def is_a_page(client, address: str) -> bool:
    """A whole document: fragments that htmx puts into a page are walked within it."""
    response = client.get(address)
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    return response.status_code == 200 and is_html and b"<title>" in response.content


@pytest.fixture
def world(cast):
    return make_world(cast)


@pytest.mark.parametrize("role", WALKERS)
@pytest.mark.parametrize("screen", ["page", "phone"])
def test_every_page_is_accessible_and_fits(request, client, world, role, screen):
    opened = request.getfixturevalue(screen)
    if role != "anonymous":
        client.force_login(world.cast.user(role))
        sign_in(opened, world.cast.user(role))
    rows = [row for row in TABLE if walker_of(row) == role and row.name not in THIRD_PARTY]
    addresses = [reverse(row.name, kwargs=row.arguments(world)) for row in rows]
    walked = [address for address in addresses if is_a_page(client, address)]
    for address in walked:
        opened.goto(address)
        assert urlsplit(opened.url).path == urlsplit(address).path
        assert_accessible(opened)
        assert_no_sideways_scroll(opened)
    assert walked
