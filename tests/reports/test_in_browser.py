"""DESIGN §9: every face passes axe and fits its width, on a desk and on a phone; no script is refused."""

import pytest
from django.urls import reverse

from schools.enums import FindingLevel
from schools.models import ImportFinding
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.reports.world import add_import, fill


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def stage(cast):
    """Everything a page may have to show."""
    fill(cast)
    file = add_import(cast, cast.tilleuls)
    ImportFinding.objects.create(
        enrolment_import=file,
        code="no_ine",
        level=FindingLevel.BLOCKING,
        sentence="Un élève n’a pas d’INE.",
        remedy="Demandez son immatriculation.",
        places=["DELORME Alix (2GT3)"],
    )
    cast.file = file
    return cast


def pages_of(cast):
    """Each page with who reads it."""
    school = f"?etablissement={cast.tilleuls.uai}"
    yield from (
        (cast.user(role), reverse("home")) for role in ("region", "supplier", "helpdesk", "warehouse")
    )
    yield cast.roux, reverse("home")
    yield cast.roux, reverse("reports:pupils")
    yield cast.roux, reverse("reports:pupil", args=[cast.alix.public_id])
    yield cast.roux, reverse("schools:findings")
    yield cast.roux, reverse("schools:invite", args=[cast.tilleuls.uai])
    yield cast.sam, reverse("reports:overview")
    yield cast.sam, reverse("reports:pupils") + school
    yield from ((cast.sam, reverse("reports:rows", args=[code])) for code in ROWS)
    yield cast.sam, reverse("schools:list")
    yield cast.sam, reverse("schools:detail", args=[cast.tilleuls.uai])
    yield cast.sam, reverse("schools:imports")
    yield cast.sam, reverse("schools:import", args=[cast.file.public_id])


ROWS = ("eligible", "schools", "tickets", "returns", "held_imports", "deliveries", "in_repair")


@pytest.mark.parametrize("width", ["page", "phone"])
def test_every_face_is_accessible_and_fits(request, stage, width):
    opened = request.getfixturevalue(width)
    for user, address in pages_of(stage):
        sign_in(opened, user)
        opened.goto(address)
        assert opened.locator("h1").count() == 1, address
        assert_accessible(opened)
        assert_no_sideways_scroll(opened)


def test_the_api_s_page_reads_its_document_under_the_content_policy(page, cast):
    sign_in(page, cast.sam)
    page.goto(reverse("reports:api_docs"))
    page.get_by_text("/api/v1/figures/").wait_for()
