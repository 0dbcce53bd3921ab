"""N1, P7: the table from its download to the import, and SIECLE's zips read by a real worker, as people see it."""

import io

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from accounts.enums import Role
from schools.models import Enrolment, EnrolmentImport, School
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.schools.batches.working import work_on_files_sent
from tests.schools.factories import SchoolStaffFactory, UserFactory
from tests.schools.nights.workers import workers
from tests.schools.table_files import lines_of


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LATER = 40_000  # milliseconds; a worker starts, reads, and the page asks again


def look_at(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading, timeout=LATER)
    page.wait_for_load_state()
    assert_accessible(page)
    assert_no_sideways_scroll(page)


def fill(downloaded, lines, folder):
    """What a secretary does in a spreadsheet: each value under its title."""
    book = openpyxl.load_workbook(io.BytesIO(downloaded.path().read_bytes()))
    sheet = book["Élèves"]
    titles = [cell.value for cell in sheet[1]]
    for number, line in enumerate(lines, start=2):
        for place, title in enumerate(titles, start=1):
            sheet.cell(number, place, line.get(title))
    path = folder / downloaded.suggested_filename
    book.save(path)
    return path


def send(page: Page, *paths) -> None:
    page.get_by_label("Fichiers d’effectifs").set_input_files(list(paths))
    page.get_by_role("button", name="Lire les fichiers").click()


def test_a_school_fills_the_table_mends_a_line_looks_and_applies(page, phone, world, tmp_path):
    school = School.objects.get(uai=world.school.uai)
    head = SchoolStaffFactory(school=school).user
    lines = lines_of(world.school)[:12]
    right = lines[0]["Date de naissance"]
    lines[0]["Date de naissance"] = "avril"
    sign_in(page, head)
    page.goto("/imports/")
    look_at(page, "Imports des effectifs")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tableau à remplir").click()
    assert download.value.suggested_filename == f"effectifs-{school.uai}-2026.xlsx"
    send(page, fill(download.value, lines, tmp_path))
    look_at(page, "Vos fichiers sont en train d’être lus")
    work_on_files_sent()
    look_at(page, "Ce que ces fichiers changeraient")
    wrong = page.get_by_role("row").filter(has_text="« avril » n’est pas une date")
    expect(wrong).to_contain_text("Date de naissance")
    expect(wrong.get_by_role("rowheader")).to_have_text("2")
    page.get_by_role("button", name="Corriger et renvoyer").click()
    look_at(page, "Imports des effectifs")
    assert not Enrolment.objects.exists()
    lines[0]["Date de naissance"] = right
    send(page, fill(download.value, lines, tmp_path))
    work_on_files_sent()
    look_at(page, "Ce que ces fichiers changeraient")
    expect(page.get_by_text("n’est pas une date")).to_have_count(0)
    sign_in(phone, head)
    phone.goto(page.url)
    look_at(phone, "Ce que ces fichiers changeraient")
    page.get_by_role("button", name="Appliquer ces changements").click()
    work_on_files_sent()
    look_at(page, "Ce que sont devenus vos fichiers")
    assert Enrolment.objects.active().filter(school=school).count() == 12


def test_the_region_s_zips_are_read_by_a_worker_while_the_page_waits(page, world):
    officer = UserFactory(role=Role.REGION)
    zips = world.export()
    assert {path.suffix for path in zips} == {".zip"}
    sign_in(page, officer)
    page.goto("/imports/")
    with workers("batch-worker", queue="celery"):
        send(page, *zips)
        look_at(page, "Ce que ces fichiers changeraient")
        page.get_by_role("button", name="Appliquer ces changements").click()
        look_at(page, "Ce que sont devenus vos fichiers")
    for one in EnrolmentImport.objects.filter(received_by=officer):
        expect(page.locator(f"a[href='/imports/{one.public_id}/']")).to_be_visible()
    assert Enrolment.objects.active().count() == 80
