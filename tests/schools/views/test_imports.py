"""N1, P7: files are sent from a page, which says school by school what they would change, then changes it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from schools.enums import BatchState, ImportState
from schools.models import Enrolment, EnrolmentImport, ImportBatch
from tests.reports.world import add_import
from tests.schools.batches.working import work_on_files_sent


ADDRESS = "/imports/"


def uploads(world, school):
    return [SimpleUploadedFile(path.name, path.read_bytes()) for path in world.export(school)]


def send(client, user, files):
    """Send, let a worker read, look."""
    client.force_login(user)
    client.post(ADDRESS, {"documents": files})
    work_on_files_sent()
    batch = ImportBatch.objects.latest("pk")
    return client.get(reverse("schools:batch", args=[batch.public_id]))


def press(client, decision):
    batch = ImportBatch.objects.latest("pk")
    client.post(reverse("schools:batch_decide", args=[batch.public_id, decision]))
    work_on_files_sent()
    return client.get(reverse("schools:batch", args=[batch.public_id]))


@pytest.fixture
def held(tonight):
    """Tonight's file of the first school has lost half its pupils."""
    tonight.school.pupils = tonight.school.pupils[:20]
    tonight.night(tonight.school)
    return EnrolmentImport.objects.get(state=ImportState.HELD)


def test_a_school_sends_its_own_files_looks_then_applies_them(client, tonight, head):
    tonight.school.pupils.pop()
    page = send(client, head, uploads(tonight, tonight.school)).content.decode()
    assert "Appliquer ces changements" in page
    assert not EnrolmentImport.objects.filter(received_by=head).exists()
    page = press(client, "appliquer").content.decode()
    applied = EnrolmentImport.objects.get(received_by=head, state=ImportState.APPLIED)
    assert reverse("schools:import", args=[applied.public_id]) in page


def test_files_sent_wait_for_a_worker_on_a_page_that_asks_again_by_itself(client, tonight, head):
    client.force_login(head)
    response = client.post(ADDRESS, {"documents": uploads(tonight, tonight.school)})
    page = client.get(response.url).content.decode()
    assert 'http-equiv="refresh"' in page
    assert 'hx-trigger="every 2s"' in page
    assert response.url in client.get(ADDRESS).content.decode()
    polled = client.get(response.url, headers={"HX-Request": "true"}).content.decode()
    assert "<title>" not in polled
    work_on_files_sent()
    assert client.get(response.url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_files_given_up_are_not_applied(client, tonight, head):
    send(client, head, uploads(tonight, tonight.school))
    page = press(client, "abandonner").content.decode()
    assert "Ces fichiers ont été abandonnés" in page
    assert not EnrolmentImport.objects.filter(received_by=head).exists()


def test_a_school_s_file_of_another_school_is_refused(client, tonight, head):
    other = tonight.region.schools[1]
    before = Enrolment.objects.filter(school__uai=other.uai).count()
    page = send(client, head, uploads(tonight, other)).content.decode()
    assert "Rien du fichier ne peut être appliqué" in page
    assert "Appliquer ces changements" not in page
    assert Enrolment.objects.filter(school__uai=other.uai).count() == before


def test_the_region_sends_several_schools_files_and_opens_one(client, tonight, region_officer):
    files = [file for school in tonight.region.schools[:2] for file in uploads(tonight, school)]
    page = send(client, region_officer, files)
    for school in tonight.region.schools[:2]:
        assert school.uai in page.content.decode()
    assert page.context["shown"].chosen is None
    one = client.get(page.request["PATH_INFO"], {"etablissement": tonight.region.schools[1].uai})
    assert one.context["shown"].chosen.uai == tonight.region.schools[1].uai


def test_a_file_that_is_no_enrolment_file_is_said_so(client, tonight, head):
    client.force_login(head)
    page = client.post(ADDRESS, {"documents": [SimpleUploadedFile("photo.png", b"...")]}).content.decode()
    assert "n’est pas un fichier d’effectifs" in page
    assert "Erreur" in page
    assert not ImportBatch.objects.exists()


def test_files_too_large_are_refused_with_the_limit(client, tonight, head, monkeypatch):
    monkeypatch.setattr("schools.forms.TOGETHER_LIMIT", 1024 * 1024)
    client.force_login(head)
    large = SimpleUploadedFile("ElevesSansAdresses.xml", b"x" * (1024 * 1024 + 1))
    assert "dépassent 1 Mo" in client.post(ADDRESS, {"documents": [large]}).content.decode()


def test_no_file_at_all_is_said_so(client, tonight, head):
    client.force_login(head)
    assert client.post(ADDRESS, {"documents": []}).context["upload"].errors


def test_files_the_region_sent_are_a_404_to_a_school(client, tonight, head, region_officer):
    batch = ImportBatch.objects.create(
        campaign=tonight.campaign, sent_by=region_officer, sent_at=timezone.now()
    )
    client.force_login(head)
    assert client.get(reverse("schools:batch", args=[batch.public_id])).status_code == 404
    assert batch.state == BatchState.RECEIVED


def test_a_held_file_says_why_and_waits_for_the_region(client, held, head):
    client.force_login(head)
    page = client.get(reverse("schools:import", args=[held.public_id])).content.decode()
    for reason in held.hold_reasons:
        assert reason in page
    assert "Appliquer quand même" not in page


def decide(client, user, held, decision, reason):
    client.force_login(user)
    return client.post(
        reverse("schools:decide", args=[held.public_id, decision]), {"reason": reason}, follow=True
    )


def test_the_region_applies_a_held_file_and_the_reason_is_kept(client, held, region_officer):
    page = decide(client, region_officer, held, "appliquer", "Deux classes fermées.").content.decode()
    held.refresh_from_db()
    assert held.state == ImportState.APPLIED
    assert held.log.get().comment == "Deux classes fermées."
    assert "Deux classes fermées." in page


def test_the_region_rejects_a_held_file(client, held, region_officer):
    decide(client, region_officer, held, "rejeter", "Export interrompu.")
    held.refresh_from_db()
    assert held.state == ImportState.REJECTED


def test_a_decision_without_a_reason_changes_nothing(client, held, region_officer):
    page = decide(client, region_officer, held, "appliquer", "").content.decode()
    held.refresh_from_db()
    assert held.state == ImportState.HELD
    assert "Dites pourquoi" in page


def test_a_school_does_not_decide(client, held, head):
    assert decide(client, head, held, "appliquer", "Moi.").status_code == 403


def test_the_list_can_show_only_what_is_held(client, cast):
    add_import(cast, cast.tilleuls)
    held = add_import(cast, cast.rivage, ImportState.HELD)
    client.force_login(cast.sam)
    page = client.get(ADDRESS, {"state": "held"})
    assert list(page.context["page"]) == [held]
