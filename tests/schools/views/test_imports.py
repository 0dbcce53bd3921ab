"""N1, P7: files are sent from a page, which says school by school what they changed and what to mend."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from schools.enums import ImportState
from schools.models import Enrolment, EnrolmentImport
from tests.reports.world import add_import


ADDRESS = "/imports/"


def uploads(world, school):
    return [SimpleUploadedFile(path.name, path.read_bytes()) for path in world.export(school)]


def send(client, user, files):
    client.force_login(user)
    return client.post(ADDRESS, {"documents": files})


@pytest.fixture
def held(tonight):
    """Tonight's file of the first school has lost half its pupils."""
    tonight.school.pupils = tonight.school.pupils[:20]
    tonight.night(tonight.school)
    return EnrolmentImport.objects.get(state=ImportState.HELD)


def test_a_school_sends_its_own_files_and_reads_what_they_changed(client, tonight, head):
    newcomers = tonight.school.pupils.pop()
    response = send(client, head, uploads(tonight, tonight.school))
    assert response.status_code == 200
    assert tonight.school.uai in response.content.decode()
    assert EnrolmentImport.objects.filter(received_by=head, state=ImportState.APPLIED).exists()
    assert newcomers


def test_a_school_s_file_of_another_school_is_refused(client, tonight, head):
    other = tonight.region.schools[1]
    before = Enrolment.objects.filter(school__uai=other.uai).count()
    page = send(client, head, uploads(tonight, other)).content.decode()
    assert "Rien du fichier n’a été appliqué" in page
    assert Enrolment.objects.filter(school__uai=other.uai).count() == before
    assert not EnrolmentImport.objects.filter(received_by=head, state=ImportState.APPLIED).exists()


def test_the_region_sends_several_schools_files_at_once(client, tonight, region_officer):
    files = [file for school in tonight.region.schools[:2] for file in uploads(tonight, school)]
    page = send(client, region_officer, files).content.decode()
    for school in tonight.region.schools[:2]:
        assert school.uai in page


def test_a_file_that_is_no_enrolment_file_is_said_so(client, tonight, head):
    page = send(client, head, [SimpleUploadedFile("photo.png", b"...")]).content.decode()
    assert "n’est pas un fichier d’effectifs" in page
    assert "Erreur" in page


def test_no_file_at_all_is_said_so(client, tonight, head):
    assert send(client, head, []).context["upload"].errors


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
