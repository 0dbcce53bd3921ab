"""Three rows or three hundred: a list asks the database as many questions."""

import pytest
from django.db import connection
from django.urls import reverse

from reports.enums import Situation
from schools.enums import ImportState
from tests.cast import make_school
from tests.kit.queries import assert_same_queries
from tests.loans.crowd import enrol_crowd
from tests.reports.world import add_delivery, add_import, add_pupil, add_ticket


pytestmark = pytest.mark.usefixtures("today")
MANY = 60  # more than a page
ELSEWHERE = 3_000  # pupils of another school


def grow(cast):
    for number in range(MANY):
        add_pupil(cast, cast.tilleuls, list(Situation)[number % len(Situation)])
        add_ticket(cast, cast.tilleuls, "waiting_school")
    for number in range(20):
        school = make_school(f"01402{number:02}A", f"Lycée {number}", cast.campaign)
        add_pupil(cast, school, Situation.SIGNED)
        add_delivery(cast, school)
        add_import(cast, school, ImportState.HELD)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("home", []),
        ("reports:pupils", []),
        ("reports:overview", []),
        ("reports:rows", ["eligible"]),
        ("reports:rows", ["tickets"]),
        ("reports:rows", ["held_imports"]),
        ("reports:rows", ["deliveries"]),
        ("reports:rows", ["schools"]),
        ("schools:list", []),
        ("schools:imports", []),
        ("reports:api_pupils", []),
        ("reports:api_schools", []),
    ],
)
def test_the_region_s_lists_do_not_ask_more_for_more_rows(client, full, name, arguments):
    client.force_login(full.sam)
    address = reverse(name, args=arguments)
    assert_same_queries(lambda: client.get(address), grow=lambda: grow(full))


@pytest.mark.parametrize("name", ["home", "reports:pupils", "schools:imports", "schools:findings"])
def test_a_school_s_lists_do_not_ask_more_for_more_rows(client, full, name):
    add_import(full, full.tilleuls)
    add_ticket(full, full.tilleuls, "waiting_school")
    client.force_login(full.roux)
    assert_same_queries(lambda: client.get(reverse(name)), grow=lambda: grow(full))


def test_a_school_s_dashboard_reads_its_own_guardians_not_the_region_s(client, full):
    """Asked whether each pupil has an address, PostgreSQL would rather read every guardian of the region once."""
    enrol_crowd(full.campaign, ELSEWHERE)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client.force_login(full.roux)
    before = guardians_read()
    assert client.get(reverse("home")).context["dashboard"].chased
    assert guardians_read() - before < ELSEWHERE / 10


def guardians_read():
    """From end to end, by this transaction so far."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_get_xact_tuples_returned(oid) + pg_stat_get_xact_tuples_fetched(oid)"
            " FROM pg_class WHERE oid = 'schools_guardian'::regclass"
        )
        return cursor.fetchone()[0]
