"""The page of what to mend, empty, with one line and with thousands, walked in Chromium (issue 3: three states)."""

import pytest
from playwright.sync_api import expect

from schools.enums import Eligibility
from schools.models import Enrolment, Pupil
from tests.cast import ON, make_enrolment, make_pupil
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.reports.world import add_import


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def crowd(cast, count):
    """Pupils nobody answers for."""
    pupils = Pupil.objects.bulk_create(
        Pupil(
            family_name="ESSAI",
            given_name=f"Lou {n}",
            birth_on=ON.replace(year=2010),
            search_key=f" essai lou {n:05}",
        )
        for n in range(count)
    )
    Enrolment.objects.bulk_create(
        Enrolment(
            pupil=pupil,
            school=cast.tilleuls,
            campaign=cast.campaign,
            level="2211",
            class_code=f"2GT{n % 30}",
            entered_on=ON,
            eligibility=Eligibility.ELIGIBLE,
        )
        for n, pupil in enumerate(pupils)
    )


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_nothing_then_one_line_then_ten_thousand(request, screen, cast):
    opened = request.getfixturevalue(screen)
    add_import(cast, cast.tilleuls)
    sign_in(opened, cast.roux)

    def look():
        opened.goto("/a-corriger/")
        assert_accessible(opened)
        assert_no_sideways_scroll(opened)
        return opened.inner_text("main")

    assert "Votre base est en ordre" in look()
    make_enrolment(make_pupil("SEUL", "Ange", "123456780AA"), cast.tilleuls, cast.campaign)
    assert "SEUL Ange" in look()
    crowd(cast, 5000)
    words = look()
    assert "10 001" in words.replace("\u202f", " ").replace("\xa0", " ")
    assert "1 à 50" in words
    opened.get_by_role("link", name="Pas d’INE").click()
    expect(opened.locator("main")).to_contain_text("Sans numéro national", use_inner_text=True)
    sign_in(opened, cast.sam)
    opened.goto("/a-corriger/")
    expect(opened.locator("main")).to_contain_text(cast.tilleuls.name, use_inner_text=True)
    assert_accessible(opened)
    assert_no_sideways_scroll(opened)
