"""From the first file to the threshold: who comes, who signs, whose day is kept."""

import json
from email.message import EmailMessage
from io import StringIO

from django.core.management import call_command
from playwright.sync_api import Page, expect

from config.nightly import run_day
from distribution.models import Delivery
from loans.models import Convention
from schools.models import School
from tests.cast import PASSWORD
from tests.kit.smtp import smtp_server
from tests.schools.batches.working import work_on_files_sent
from tests.story.scene import FILE_ON, MAILING_ON, SIGNING_ON, Scene, at, figure, look_at, morning_of


class Finger:
    """Touches a phone and counts: taps, and fields filled."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, place) -> None:
        self.taps += 1
        place.tap()

    def fill(self, place, figures: int) -> None:
        self.taps += 1
        place.fill(str(figures))


def sam_signs_in(scene: Scene, page: Page) -> None:
    page.goto("/connexion/")
    page.get_by_label("Adresse électronique").fill(scene.sam.email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page).to_have_url("/tableau-de-bord/")


def the_region_uploads_the_files_of_two_schools(scene: Scene, page: Page) -> None:
    """N1: four zips a school, all at once; the arrivals are counted and shown."""
    with morning_of(FILE_ON):
        sam_signs_in(scene, page)
        look_at(page)
        page.get_by_role("link", name="Imports des effectifs").click()
        look_at(page, "Imports des effectifs")
        for base in scene.bases:
            page.goto("/imports/")
            page.get_by_label("Fichiers d’effectifs").set_input_files(scene.exported(base, FILE_ON))
            page.get_by_role("button", name="Lire les fichiers").click()
            work_on_files_sent()
            expect(page.get_by_role("heading", name="Ce que ces fichiers changeraient")).to_be_visible()
            expect(figure(page, "Arrivées")).to_have_text(f"{len(base.pupils)}")
            look_at(page)
            page.get_by_role("button", name="Appliquer ces changements").click()
            work_on_files_sent()
            expect(page.get_by_role("heading", name="Ce que sont devenus vos fichiers")).to_be_visible()
            look_at(page)
    run_day(on=FILE_ON, at=at(FILE_ON, 10), deliver=False)
    assert Convention.objects.count() == 73


def families_get_their_mail(settings) -> list[EmailMessage]:
    """N3: one message a guardian who may sign."""
    with smtp_server(settings) as mailbox:
        run_day(on=MAILING_ON, at=at(MAILING_ON, 10))
    assert len(mailbox.messages) == len(set(mailbox.message_ids)) >= 73
    return mailbox.messages


def a_mother_signs_on_her_phone(scene: Scene, phone: Page, letters: list[EmailMessage]) -> None:
    """N3: from the e-mail to the reference in under ten taps, on 360 × 780 pixels."""
    pupil = scene.bases[0].pupils[0]
    letter = next(one for one in letters if one["To"].endswith(pupil.links[0].guardian.email))
    address = next(line for line in letter.get_content().splitlines() if "/signer/" in line)
    finger = Finger()
    phone.set_viewport_size({"width": 360, "height": 780})
    with morning_of(SIGNING_ON):
        phone.goto(address.strip())
        look_at(phone)
        for label, figures in [
            ("Jour", pupil.birth_on.day),
            ("Mois", pupil.birth_on.month),
            ("Année", pupil.birth_on.year),
        ]:
            finger.fill(phone.get_by_label(label), figures)
        finger.tap(phone.get_by_role("button", name="Continuer"))
        look_at(phone, "Un ordinateur pour")
        finger.tap(phone.get_by_label("J’ai lu la convention"))
        finger.tap(phone.get_by_role("button", name="Je signe"))
        expect(phone.get_by_role("heading", name="C’est signé")).to_be_visible()
        look_at(phone, "C’est signé")
    assert finger.taps < 10
    expect(phone.get_by_role("main")).to_contain_text(Convention.objects.signed().get().reference)


def the_rate_of_the_school_moves(scene: Scene, page: Page) -> None:
    """N5: Mme Roux sees one family of twenty, then seventeen."""
    with morning_of(SIGNING_ON, 10):
        scene.enter(page, scene.roux, "/tableau-de-bord/")
        expect(page.locator(".hero-rate")).to_have_text("5\u00a0%")
        look_at(page)
        scene.sign(scene.tilleuls, count=16)
        scene.sign(scene.rivage, count=45)
        page.reload()
        expect(page.locator(".hero-rate")).to_have_text("85\u00a0%")
        look_at(page)


def the_supplier_proposes_a_day(scene: Scene, page: Page) -> None:
    """N6: a free place is chosen for one school, the other gets the next one."""
    with morning_of(SIGNING_ON, 11):
        scene.enter(page, scene.lou, "/planning/")
        look_at(page)
        page.get_by_role("link", name="Lycée des Tilleuls").click()
        look_at(page, "Proposer une date")
        page.get_by_role("radio").first.check()
        page.get_by_role("button", name="Proposer cette date").click()
        expect(page.get_by_text("La date est proposée")).to_be_visible()
        look_at(page, "Lycée des Tilleuls")
        page.goto("/planning/")
        page.get_by_role("button", name="Proposer une date").click()
        expect(page.get_by_text("Créneaux proposés")).to_be_visible()
        look_at(page)


def the_schools_accept(scene: Scene, page: Page) -> None:
    """N6: from the dashboard to the answer, each head for their own school."""
    for head, room in [(scene.roux, "Salle 12"), (scene.petit, "Gymnase")]:
        with morning_of(SIGNING_ON, 14):
            scene.enter(page, head, "/livraisons/")
            look_at(page)
            page.locator("main").get_by_role("link").first.click()
            page.get_by_label("Salle").fill(room)
            look_at(page)
            page.get_by_role("button", name="Accepter cette date").click()
            expect(page.get_by_text("la date est retenue")).to_be_visible()
            look_at(page)


def delivery_of(school: School) -> Delivery:
    return school.deliveries.order_by("pk").first()


def the_gate_decides(scene: Scene) -> dict:
    """N7: at D−7, on a file of the night; 17 of 20 is 85 %, 45 of 53 is 84.9 %."""
    gate_on = delivery_of(scene.tilleuls).gate_on
    scene.receive_files(gate_on)
    printed = StringIO()
    with morning_of(gate_on, 3):
        call_command("check_gates", "--on", gate_on.isoformat(), "--json", stdout=printed)
    figures = json.loads(printed.getvalue())
    assert figures == {"due": 2, "confirmed": 1, "cancelled": 1, "needs_human": 0, "replanned": 1}
    return figures


def the_school_below_the_threshold_reads_why(scene: Scene, page: Page) -> None:
    """N7, X6: the rate, what was missing, and the day that replaces the one called off."""
    cancelled = delivery_of(scene.rivage)
    with morning_of(cancelled.gate_on):
        scene.enter(page, scene.petit, f"/livraisons/{cancelled.public_id}/")
        expect(page.locator("main")).to_contain_text("84,9\u00a0%")
        page.locator("details", has=page.get_by_text("Pourquoi")).locator("summary").first.click()
        expect(page.get_by_text("Il manquait 1 signature.").first).to_be_visible()
        look_at(page)
        page.get_by_text("Remplacée par").locator("xpath=..").get_by_role("link").click()
        expect(page.get_by_role("button", name="Accepter cette date")).to_be_visible()
        look_at(page)


def the_school_at_the_threshold_is_confirmed(scene: Scene, page: Page) -> None:
    """N7: equality passes."""
    kept = delivery_of(scene.tilleuls)
    with morning_of(kept.gate_on):
        scene.enter(page, scene.roux, f"/livraisons/{kept.public_id}/")
        expect(page.locator("main")).to_contain_text("17 / 20")
        expect(page.get_by_text("Confirmée").first).to_be_visible()
        look_at(page)
