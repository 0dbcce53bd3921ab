"""From the delivery day to the return: a laptop handed over, mended once, and asked back."""

from datetime import date

from django.core.management import call_command
from playwright.sync_api import Page, expect

from loans.models import Loan
from schools.fictitious.evolutions import leave
from tests.schools.batches.working import work_on_files_sent
from tests.story.autumn import delivery_of
from tests.story.scene import SERIAL, Scene, figure, look_at, morning_of


NOVEMBER = date(2026, 11, 10)
DECEMBER = date(2026, 12, 1)
LEFT_ON = date(2027, 1, 11)


def the_desk_hands_over_a_laptop(scene: Scene, phone: Page) -> None:
    """N8, P1: find the pupil, scan, done; the same laptop for another pupil is refused in words."""
    delivery = delivery_of(scene.tilleuls)
    one, other = (line.pupil for line in delivery.lines.order_by("pk")[:2])
    with morning_of(delivery.on):
        scene.enter(phone, scene.lou, "/livraisons/bureaux/")
        look_at(phone)
        phone.get_by_role("button", name="Ouvrir le guichet").tap()
        find(phone, one.family_name)
        look_at(phone)
        phone.locator(".match").filter(has_text=one.given_name).first.tap()
        scan(phone)
        expect(phone.locator(".verdict-word")).to_have_text("Remis")
        look_at(phone)
        find(phone, other.ine)
        phone.get_by_label("Quel élève").press("Enter")
        scan(phone)
        expect(phone.locator(".verdict-word")).to_have_text("Stop")
        expect(phone.get_by_text("est déjà prêté à")).to_be_visible()
        look_at(phone)
    assert Loan.objects.get().pupil == one


def the_day_is_closed(scene: Scene, phone: Page) -> None:
    """N8: what the rule does for the sixteen absent is read before anybody confirms."""
    delivery = delivery_of(scene.tilleuls)
    with morning_of(delivery.on, 12):
        scene.enter(phone, scene.lou, f"/livraisons/{delivery.public_id}/bureau/")
        phone.get_by_role("link", name="Clore la journée").tap()
        expect(phone.get_by_text("16 élèves absents").first).to_be_visible()
        look_at(phone)
        phone.get_by_role("main").get_by_role("button", name="Clore la journée").tap()
        expect(phone.get_by_text("La journée est close").first).to_be_visible()
        look_at(phone)


def find(phone: Page, words: str) -> None:
    """Letters bring the list as soon as the page's script is there."""
    place = phone.get_by_label("Quel élève")
    place.wait_for()
    phone.wait_for_load_state()
    place.fill(words)
    expect(phone.locator(".match").first).to_be_visible()


def scan(phone: Page) -> None:
    """The scanner types the serial number and presses Enter."""
    place = phone.get_by_label("Scannez l’ordinateur")
    place.wait_for()
    look_at(phone)
    place.fill(SERIAL)
    place.press("Enter")


def the_helpdesk_grants_a_repair(scene: Scene, page: Page) -> None:
    """N10: a telephone call, the workshop, and back to the pupil."""
    with morning_of(NOVEMBER):
        a_breakdown_is_reported(scene, page)
        expect(page.get_by_text("Accordé par les règles")).to_be_visible()
        look_at(page)
        for act, done in [
            ("Accorder la réparation", "Réparation accordée"),
            ("Reçu à l’atelier", "L’ordinateur est à l’atelier"),
            ("Réparé", "L’ordinateur repart"),
            ("Remis à l’élève", "la demande est résolue"),
        ]:
            page.get_by_role("button", name=act).click()
            expect(page.get_by_text(done).first).to_be_visible()
            look_at(page)


def the_second_breakdown_is_refused_before_anything_is_done(scene: Scene, page: Page) -> None:
    """N10, X6: « une seule fois », read by the agent before any button."""
    with morning_of(DECEMBER):
        a_breakdown_is_reported(scene, page)
        right = page.get_by_role("region", name="Refusé par les règles")
        expect(right).to_contain_text("une seule fois")
        expect(page.get_by_role("button", name="Accorder la réparation")).to_have_count(0)
        look_at(page)
        right.get_by_role("button", name="Refuser en expliquant").click()
        expect(page.get_by_text("les raisons ont été envoyées")).to_be_visible()
        look_at(page)


def a_breakdown_is_reported(scene: Scene, page: Page) -> None:
    pupil = Loan.objects.get().pupil
    scene.enter(page, scene.maud, "/assistance/")
    look_at(page)
    page.get_by_role("link", name="Nouvelle demande").first.click()
    page.get_by_label("Nom de l’élève").fill(pupil.ine)
    page.get_by_role("button", name="Chercher").click()
    expect(page.locator(".found-list")).to_be_visible()
    look_at(page)
    page.locator(".found-list").get_by_role("link").click()
    page.get_by_label("panne").check()
    page.get_by_label("Racontez").fill("L’écran reste noir depuis ce matin.")
    look_at(page)
    page.get_by_role("button", name="Envoyer la demande").click()


def the_pupil_leaves_by_the_next_file(scene: Scene, page: Page) -> None:
    """N12: the school typed a date; the file says so, and the return opens by itself."""
    pupil = Loan.objects.get().pupil
    base = scene.bases[0]
    leave(next(one for one in base.pupils if one.ine == pupil.ine), on=date(2027, 1, 10))
    with morning_of(LEFT_ON):
        scene.enter(page, scene.sam, "/imports/")
        page.get_by_label("Fichiers d’effectifs").set_input_files(scene.exported(base, LEFT_ON))
        page.get_by_role("button", name="Lire les fichiers").click()
        work_on_files_sent()
        expect(figure(page, "Départs")).to_have_text("1")
        page.get_by_role("button", name="Appliquer ces changements").click()
        work_on_files_sent()
        expect(page.get_by_role("heading", name="Ce que sont devenus vos fichiers")).to_be_visible()
        call_command("apply_changes", "--on", LEFT_ON.isoformat())
        scene.enter(page, scene.maud, "/retours/")
        expect(page.get_by_role("row").filter(has_text=pupil.list_name)).to_be_visible()
        look_at(page)
        page.locator("tbody").get_by_role("link").first.click()
        look_at(page, pupil.given_name)


def the_figures_of_the_region_moved(scene: Scene, page: Page) -> None:
    """N14: every number of the first page opens the rows it counts."""
    with morning_of(LEFT_ON, 12):
        scene.enter(page, scene.sam, "/tableau-de-bord/")
        look_at(page)
        expect(figure(page, "Élèves éligibles")).to_have_text("72")
        expect(figure(page, "Demandes ouvertes")).to_have_text("0")
        page.get_by_role("link", name="Le rapport complet").click()
        look_at(page, "Le dispositif en chiffres")
        page.get_by_role("link", name="1 – Restitutions attendues").click()
        expect(page.get_by_role("main")).to_contain_text(Loan.objects.get().pupil.list_name)
        look_at(page)
