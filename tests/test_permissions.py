"""Who may open what: every address × every role → a status (DESIGN, trust 68, 69, 73).

An address that is not in the table fails the walk over the resolver: nobody adds a page without saying for whom.
"""

import pytest
from django.urls import get_resolver, reverse

from tests.permissions.rows import STAFF
from tests.permissions.table import TABLE
from tests.permissions.world import make_world


def named_addresses(resolver=None, prefix: str = "") -> set[str]:
    """The names of all our routes, namespaces included; Django's and DRF's own pages aside."""
    found = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if hasattr(entry, "url_patterns"):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            found |= named_addresses(entry, inner)
        else:
            found.add(f"{prefix}{entry.name}")
    return found


def test_every_address_is_in_the_table():
    missing = named_addresses() - {row.name for row in TABLE}
    assert not missing, f"Say in tests/permissions/ who may open: {sorted(missing)}"


def test_the_table_names_no_vanished_address():
    assert not {row.name for row in TABLE} - named_addresses()


@pytest.fixture
def world(cast):
    return make_world(cast)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_each_role_meets_what_the_table_says(client, world, row):
    address = reverse(row.name, kwargs=row.arguments(world))
    met = {"anonymous": client.get(address, **row.headers).status_code}
    for role in STAFF:
        client.force_login(world.cast.user(role))
        met[role] = client.get(address, **row.headers).status_code
    assert met == row.expected()


@pytest.mark.parametrize("row", [row for row in TABLE if row.foreign], ids=lambda row: row.name)
def test_another_school_meets_404(client, world, row):
    client.force_login(world.cast.petit)
    response = client.get(reverse(row.name, kwargs=row.arguments(world)), **row.headers)
    assert response.status_code == 404
    body = response.content.decode()
    assert world.cast.alix.family_name not in body
    assert str(world.cast.alix.public_id) not in body
