"""A machine pushes files with a scoped token, and follows what became of them (N1; trust 6, 7, 35, 69)."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import StoredFile
from schools.api import request_files
from schools.models import Enrolment, FeedDelivery, FeedToken
from tests.schools.conftest import DATA
from tests.schools.feeds.conftest import read_all


pytestmark = pytest.mark.usefixtures("morning")


def files(paths):
    return [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]


def body_of(world, school=None):
    """The pupils' export of a school, alone."""
    return world.export(school or world.school, files=("ElevesAvecAdresses",))[0].read_bytes()


def test_a_set_of_files_is_stored_then_read_then_followed(world, machine):
    rectorate = machine()
    response = rectorate.push(files=files(world.export(world.school)))
    receipt = response.json()
    assert response.status_code == 202
    assert receipt["state"] == "received"
    assert receipt["uais"] == [world.school.uai]
    assert response["Location"] == receipt["url"]
    assert Enrolment.objects.count() == 0
    assert read_all(world) == {"read": 1, "imports": 1, "refused": 0}
    news = rectorate.follow(receipt["url"]).json()
    assert (news["state"], news["imports"][0]["state"]) == ("read", "applied")
    assert news["imports"][0]["counts"]["enrolled"] == Enrolment.objects.active().count() > 30
    assert rectorate.uses == ["accepted", "followed"]


def test_the_body_alone_may_be_the_file(world, machine):
    mine = machine(world.school.uai)
    assert mine.push(body_of(world)).status_code == 202
    read_all(world)
    assert Enrolment.objects.active().exists()


def test_the_same_files_again_give_the_same_receipt(world, machine):
    rectorate, body = machine(), body_of(world)
    first = rectorate.push(body).json()
    again = rectorate.push(body)
    assert again.status_code == 202
    assert again.json()["id"] == first["id"]
    assert FeedDelivery.objects.count() == 1
    read_all(world)
    assert read_all(world)["read"] == 0
    assert rectorate.push(body).json()["state"] == "read"
    assert rectorate.uses == ["accepted", "repeated", "repeated"]


def test_another_school_is_refused_and_nothing_is_kept(world, machine):
    mine, other = machine(world.school.uai), world.region.schools[1]
    response = mine.push(body_of(world, other))
    assert response.status_code == 403
    assert response.json()["code"] == "outside_scope"
    assert other.uai in response.json()["detail"]
    assert not FeedDelivery.objects.exists()
    assert not StoredFile.objects.exists()
    assert mine.uses == ["outside_scope"]


def test_one_foreign_file_among_others_refuses_them_all(world, machine):
    mine, other = machine(world.school.uai), world.region.schools[1]
    both = [*world.export(world.school), *world.export(other)]
    assert mine.push(files=files(both)).status_code == 403
    assert not FeedDelivery.objects.exists()


@pytest.mark.parametrize(
    ("name", "code"),
    [("bad_doctype_billion_laughs.xml", "doctype"), ("bad_xxe.xml", "doctype")],
)
def test_a_dangerous_file_is_refused_with_its_finding(machine, name, code):
    rectorate = machine()
    response = rectorate.push((DATA / name).read_bytes(), "application/xml")
    assert response.status_code == 422
    problem = response.json()["problems"][0]
    assert problem["code"] == code
    assert problem["sentence"].endswith(".")
    assert problem["remedy"]
    assert not FeedDelivery.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"", "application/zip", "file_empty"),
        (b"PK\x03\x04 cut", "application/zip", "unreadable"),
        (b"<erreur><code>ERREUR_TRAITEMENT</code></erreur>", "application/xml", "unreadable"),
        (b"[1, 2]", "application/json", "unreadable"),
        (b"hello", "text/html", "wrong_kind"),
    ],
)
def test_what_is_no_enrolment_file_is_said_so(machine, body, kind, code):
    response = machine().push(body, kind)
    assert response.status_code == 422
    assert response.json()["code"] == code
    assert response.json()["detail"]


def test_too_much_is_refused_before_it_is_read(machine, monkeypatch):
    monkeypatch.setattr(request_files, "LIMIT", 1000)
    rectorate = machine()
    assert rectorate.push(b"PK" + b"0" * 1001).status_code == 413
    assert rectorate.uses == ["too_large"]


def test_a_list_that_names_no_school_is_told_which_by_the_address(world, machine):
    from schools.fictitious.fregata import fregata_answer

    answer = fregata_answer(world.school, year=2026)
    rectorate = machine()
    assert rectorate.push(answer, "application/json").json()["problems"][0]["code"] == "no_school_named"
    response = rectorate.push(answer, "application/json", query=f"?etablissement={world.school.uai}")
    assert (response.status_code, response.json()["uais"]) == (202, [world.school.uai])


def test_without_an_open_campaign_nothing_is_kept(world, machine, morning):
    rectorate, body = machine(), body_of(world)
    FeedToken.objects.update(expires_at="2030-01-01T00:00Z")
    morning.move_to("2029-06-01")
    response = rectorate.push(body)
    assert (response.status_code, response.json()["code"]) == (409, "no_campaign")


def test_only_the_sender_follows_a_receipt(world, machine):
    mine, theirs = machine(world.school.uai), machine()
    url = mine.push(body_of(world)).json()["url"]
    assert theirs.follow(url).status_code == 404
    assert mine.follow(url).status_code == 200


def test_a_half_file_is_held_and_the_receipt_says_why(running, machine, morning):
    running.nights += 1
    morning.move_to(f"{running.on}T09:00+02:00")
    running.school.pupils = running.school.pupils[:20]
    rectorate = machine()
    url = rectorate.push(files=files(running.export(running.school))).json()["url"]
    read_all(running)
    outcome = rectorate.follow(url).json()["imports"][0]
    assert outcome["state"] == "held"
    assert outcome["hold_reasons"]


def test_a_file_lost_on_our_disk_is_set_aside_and_holds_nobody_up(world, machine):
    rectorate = machine()
    for school in world.region.schools:
        assert rectorate.push(files=files(world.export(school))).status_code == 202
    lost = FeedDelivery.objects.order_by("pk").first()
    Path(lost.files.first().content.path).unlink()
    assert read_all(world) == {"read": 1, "imports": 1, "refused": 0, "set_aside": 1}
    lost.refresh_from_db()
    assert (lost.state, lost.problems[0]["code"]) == ("set_aside", "damaged_here")


def test_the_address_is_documented(client, officer):
    client.force_login(officer)
    document = json.loads(client.get("/api/schema/?format=json").content)
    operation = document["paths"]["/api/v1/enrolment-files/"]["post"]
    assert set(operation["responses"]) == {"202", "401", "403", "409", "413", "422", "429"}
    assert {"application/zip", "application/xml", "application/json", "multipart/form-data"} <= set(
        operation["requestBody"]["content"]
    )
    assert document["components"]["securitySchemes"]["feedToken"]["scheme"] == "bearer"
