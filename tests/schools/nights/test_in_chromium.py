"""The page of a night in a browser: it moves by itself, and can be left and come back to."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from schools.nights.playing import play_unfinished
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.schools.factories import UserFactory
from tests.schools.nights.conftest import FIRST, instant


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_night_moves_on_by_itself_before_the_officer_s_eyes(page, phone, depot):
    officer = UserFactory(role=Role.REGION)
    depot.drop(FIRST)
    [night] = depot.open(FIRST)
    address = reverse("schools:night", args=[night.public_id])
    sign_in(page, officer)
    page.goto(address)
    page.get_by_text("La nuit est en cours").wait_for()
    assert_accessible(page)
    play_unfinished(campaign_id=depot.campaign.pk, at=instant(FIRST))
    page.get_by_role("heading", name="La nuit est terminée").wait_for(timeout=60_000)
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.get_by_role("link", name=depot.region.schools[0].name).first.wait_for()
    sign_in(phone, officer)
    phone.goto(address)
    assert_no_sideways_scroll(phone)
    phone.goto(reverse("schools:night_of_school", args=[night.public_id, depot.region.schools[0].uai]))
    phone.get_by_role("heading", name="Arrivés").wait_for()
    assert_accessible(phone)
    assert_no_sideways_scroll(phone)
