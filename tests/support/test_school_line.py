"""A school that would rather call is given the line that answers at this hour (N13)."""

from datetime import datetime

import pytest
import time_machine
from django.urls import reverse

from tests.support.world import PARIS


SCHOOLS, FAMILIES = "01 99 00 10 02", "01 99 00 10 01"
NOBODY = "Personne ne répond à cette heure"


@pytest.mark.parametrize(
    ("day", "hour", "phone", "is_open"),
    [(5, 9, SCHOOLS, True), (5, 18, FAMILIES, True), (4, 10, FAMILIES, False)],
    ids=["in its own hours", "later, at the families’ desk", "on Sunday"],
)
def test_the_page_of_requests_gives_the_number_that_answers(client, cast, day, hour, phone, is_open):
    with time_machine.travel(datetime(2026, 10, day, hour, 30, tzinfo=PARIS), tick=False):
        client.force_login(cast.roux)
        page = client.get(reverse("support:tickets")).content.decode()
    assert f">{phone}</a>" in page.replace("\xa0", " ")
    assert page.count("tel:") == 1
    assert (NOBODY not in page) == is_open


def test_agents_are_not_told_to_call_themselves(client, cast):
    client.force_login(cast.maud)
    assert SCHOOLS not in client.get(reverse("support:tickets")).content.decode()
