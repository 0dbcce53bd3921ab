"""Two rows side by side, then one pupil: walked in Chromium, wide and on a phone (X7)."""

from datetime import date

import pytest
from playwright.sync_api import expect

from schools.models import MergeProposal, Pupil
from tests.cast import make_enrolment, make_guardian, make_pupil
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.support.world import AT, left


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_two_rows_are_compared_and_joined(request, screen, cast):
    opened = request.getfixturevalue(screen)
    left(cast.alix.enrolments.get(), date(2026, 10, 1))
    twin = make_pupil(cast.alix.family_name, cast.alix.given_name, "123456789ZZ", cast.alix.birth_on)
    make_enrolment(twin, cast.rivage, cast.campaign, class_code="2GT1")
    make_guardian(twin, "Nadia", "nadia@example.org", scope="0140102K")
    MergeProposal.objects.create(pupil=cast.alix, newcomer=twin, created_at=AT)
    sign_in(opened, cast.sam)
    opened.goto("/doublons/")
    assert_accessible(opened)
    assert_no_sideways_scroll(opened)
    opened.get_by_role("link", name=cast.alix.list_name).click()
    expect(opened.locator("main")).to_contain_text("123456789ZZ", use_inner_text=True)
    assert_accessible(opened)
    assert_no_sideways_scroll(opened)
    opened.get_by_label("Pourquoi").fill("Vu avec le secrétariat.")
    opened.get_by_role("button", name="C’est le même élève").click()
    expect(opened.locator("main")).to_contain_text("rien n’a été perdu", use_inner_text=True)
    assert Pupil.objects.get(pk=twin.pk).merged_into == cast.alix
    opened.goto("/doublons/")
    expect(opened.locator("main")).to_contain_text("Aucun doublon possible", use_inner_text=True)
    assert_accessible(opened)
    opened.goto("/doublons/?voir=decides")
    expect(opened.locator("main")).to_contain_text("réunis", use_inner_text=True)
    assert_accessible(opened)
