"""The page of an import with nothing to mend, one finding, ten thousand, in Chromium (issue 3: three states)."""

import pytest
from playwright.sync_api import expect

from accounts.enums import Role
from core.findings import FindingKind, Level
from schools.enums import DifferenceKind
from schools.models import EnrolmentImport, ImportDifference
from schools.sources import catalogue
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.schools.factories import UserFactory


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KINDS = [kind for kind in vars(catalogue).values() if isinstance(kind, FindingKind)]
STORED = [kind for kind in KINDS if kind.level is not Level.REFUSAL]


def find(imported, kind, times, places):
    imported.findings.create(
        code=kind.code,
        level=kind.level.value,
        sentence=str(kind.sentence),
        remedy=str(kind.remedy),
        places=[f"ligne {number} (ESSAI Lou)" for number in range(places)],
        repeat_count=times,
    )


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_nothing_then_one_finding_then_ten_thousand(request, screen, tonight):
    opened = request.getfixturevalue(screen)
    imported = EnrolmentImport.objects.latest("pk")
    imported.findings.all().delete()
    sign_in(opened, UserFactory(role=Role.REGION))

    def look():
        opened.goto(f"/imports/{imported.public_id}/")
        assert_accessible(opened)
        assert_no_sideways_scroll(opened)

    look()
    expect(opened.get_by_text("Rien à corriger dans ce fichier")).to_be_visible()
    find(imported, STORED[0], times=1, places=1)
    look()
    expect(opened.get_by_text("Où : ligne 0 (ESSAI Lou)")).to_be_visible()
    for kind in STORED[1:]:
        find(imported, kind, times=10_000 // len(STORED), places=500)
    ImportDifference.objects.bulk_create(
        ImportDifference(enrolment_import=imported, kind=DifferenceKind.MISSING, name=f"ESSAI Lou {n}")
        for n in range(10_000)
    )
    look()
    expect(opened.get_by_role("heading", name="Ce qui bloque un ordinateur")).to_be_visible()
    opened.get_by_text("les 50 premiers sur").first.click()
    assert opened.locator("details[open] li").count() == 50
    notes = [kind for kind in STORED if kind.level is Level.NOTE]
    expect(opened.get_by_text(f"Bon à savoir ({len(notes)})")).to_be_visible()
    expect(opened.get_by_text(str(notes[0].sentence))).to_be_hidden()
    expect(opened.get_by_text("1 à 50 sur 10")).to_be_visible()
