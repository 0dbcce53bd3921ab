"""A pile sent by the school, read by the worker, its doubtful page settled, its copies checked by keyboard (N5)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Role
from loans.documents import render_paper_pdf
from loans.enums import PaperState
from loans.mailing import send_due_conventions
from loans.models import Convention, PaperCopy, Scan
from loans.scans.receiving import receive_scan
from loans.scans.splitting import split_scan, split_waiting_scans
from programmes.campaigns import open_campaign
from tests.kit.browser import assert_accessible, sign_in
from tests.loans.scans.copier import printed, scanned, signed
from tests.schools.factories import (
    EnrolmentFactory,
    GuardianshipFactory,
    SchoolFactory,
    SchoolStaffFactory,
    UserFactory,
)


pytestmark = pytest.mark.browser


@pytest.fixture
def scene(transactional_db):
    """Today is three weeks after the mailing: paper is open."""
    on = timezone.localdate()
    campaign = open_campaign(preset="normandie", year=on.year, by=None, on=on)
    campaign.mailing_on = on - timedelta(days=21)
    campaign.opens_on, campaign.first_delivery_on = campaign.mailing_on, on
    campaign.last_delivery_on, campaign.closes_on = on, on + timedelta(days=200)
    campaign.save()
    school = SchoolFactory()
    EnrolmentFactory.create_batch(2, campaign=campaign, school=school)
    send_due_conventions(campaign=campaign, on=campaign.mailing_on, at=timezone.now() - timedelta(days=21))
    return SchoolStaffFactory(school=school, user=UserFactory(role=Role.SCHOOL)).user


def test_a_pile_is_sent_read_settled_and_checked(scene, page, tmp_path):
    sheets = printed(render_paper_pdf(Convention.objects.order_by("pk")))
    each = max(sheet.page for sheet in sheets)
    pile = tmp_path / "copieur.pdf"
    pile.write_bytes(scanned([signed(sheet) for sheet in sheets[:each]] + sheets[each:]))
    sign_in(page, scene)
    page.goto("/conventions/papier/")
    page.get_by_role("link", name="Envoyer le fichier du copieur").click()
    assert_accessible(page)
    page.get_by_label("Fichier fait par le copieur").set_input_files(pile)
    page.get_by_role("button", name="Envoyer le fichier").click()
    page.get_by_text("la lecture continue").wait_for()
    assert_accessible(page)
    split_waiting_scans(at=timezone.now(), on=timezone.localdate())
    page.get_by_role("heading", name="Pages à regarder").wait_for()  # the page refreshed itself
    assert Scan.objects.get().pages.filter(copy__isnull=False).count() == each
    page.get_by_role("link", name="Regarder").first.click()
    assert_accessible(page)
    page.get_by_role("button", name="Elle est signée : transmettre").click()
    page.get_by_text("elle est transmise au contrôle").wait_for()
    assert PaperCopy.objects.filter(state=PaperState.PENDING).count() == 2


def test_the_checker_works_through_the_queue_by_keyboard(scene, page):
    first = Convention.objects.order_by("pk").first()
    second = GuardianshipFactory(pupil=first.pupil, rank=2).guardian
    for convention in Convention.objects.all():
        content = scanned([signed(sheet) for sheet in printed(render_paper_pdf([convention]))])
        school = convention.enrolment.school
        scan = receive_scan(content=content, name="scan.pdf", school=school, by=scene, at=timezone.now())
        split_scan(scan.pk, at=timezone.now(), on=timezone.localdate())
    sign_in(page, UserFactory(role=Role.SUPPLIER))
    page.goto("/conventions/papier/controle/")
    page.get_by_role("link", name="Contrôler la première").click()
    page.wait_for_load_state()  # a key pressed before is lost
    assert_accessible(page)
    page.get_by_text("Page 2 sur 2 : la signature").wait_for()
    assert (
        page.locator(".scan-sheet img").first.evaluate("one => one.naturalWidth") > 500
    )  # loaded with the page
    page.get_by_text("un chiffre choisit le nom entouré").wait_for()
    page.get_by_label(second.polite_name).focus()  # a key works from a radio button too
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.keyboard.press("v")
    page.get_by_text("Voici la numérisation suivante").wait_for()
    page.keyboard.press("x")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.get_by_text("plus aucune numérisation").wait_for()
    states = PaperCopy.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [PaperState.VALIDATED, PaperState.REJECTED]
    assert first.signatures.get().guardian == second
