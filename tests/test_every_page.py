"""Every page of the permission table, in Chromium, wide and on a phone: axe finds nothing, nothing scrolls sideways.

A page that is added to the table is walked here without anybody thinking of it (DESIGN §9, WCAG 2.2 AA).
"""

from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.permission_table import STAFF, TABLE
from tests.permission_world import make_world


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Each page is walked once, by the first of these roles that may open it.
WALKERS = ("anonymous", *STAFF)


def walker_of(row) -> str | None:
    return next((role for role in WALKERS if row.expected()[role] == 200), None)


def is_a_page(client, address: str) -> bool:
    response = client.get(address)
    return response.status_code == 200 and response.headers.get("Content-Type", "").startswith("text/html")


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
    rows = [row for row in TABLE if walker_of(row) == role and not row.headers]
    addresses = [reverse(row.name, kwargs=row.arguments(world)) for row in rows]
    walked = [address for address in addresses if is_a_page(client, address)]
    for address in walked:
        opened.goto(address)
        assert urlsplit(opened.url).path == urlsplit(address).path
        assert_accessible(opened)
        assert_no_sideways_scroll(opened)
    assert walked or role == "warehouse"
