"""Public pages and refusals: open to all, in the house's skin, each with a way out."""

from io import BytesIO

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views import defaults
from pypdf import PdfReader

from config.style import sample
from core.pdf import render_pdf
from programmes.models import Programme


@pytest.mark.parametrize("name", ["start", "help", "accessibility", "privacy"])
def test_a_stranger_reads_the_public_pages(client, name):
    response = client.get(reverse(name))

    assert response.status_code == 200
    assert reverse("help") in response.text


def test_the_start_page_has_a_door_for_each(client):
    page = client.get("/").text

    assert reverse("accounts:sign_in") in page
    assert "Je n’ai rien reçu" in page


def test_the_accessibility_statement_does_not_boast(client):
    page = client.get(reverse("accessibility")).text

    assert "Partiellement conforme" in page
    assert "audit interne" in page


def test_the_privacy_notice_says_who_why_and_how_to_complain(client):
    page = client.get(reverse("privacy")).text

    assert "article 6, paragraphe 1, point e" in page
    assert "CNIL" in page


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_public_pages_only_read(client, method):
    assert getattr(client, method)("/").status_code == 405


@pytest.mark.parametrize(
    ("refuse", "status", "title"),
    [
        (lambda request: defaults.bad_request(request, ValueError()), 400, "pas compris"),
        (lambda request: defaults.permission_denied(request, PermissionError()), 403, "pas accès"),
        (lambda request: defaults.page_not_found(request, LookupError()), 404, "n’existe pas"),
        (defaults.server_error, 500, "de notre côté"),
    ],
)
def test_a_refusal_says_what_happened_and_offers_a_way_out(refuse, status, title):
    response = refuse(RequestFactory().get("/nowhere/"))

    assert response.status_code == status
    page = response.content.decode()
    assert title in page
    assert f'href="{reverse("start")}"' in page


@pytest.mark.django_db
def test_an_expired_form_is_explained():
    response = Client(enforce_csrf_checks=True).post(reverse("accounts:sign_in"), {"username": "a"})

    assert response.status_code == 403
    assert "trop longtemps" in response.text


@pytest.mark.django_db
def test_a_programme_s_colours_are_a_style_sheet(client):
    Programme.objects.create(
        slug="littoral",
        name="Ordi Littoral",
        region_name="Région Littoral",
        zone="B",
        primary_colour="#005b6e",
    )

    response = client.get(reverse("theme", args=["littoral"]))

    assert response["Content-Type"].startswith("text/css")
    assert "--region-primary:#005b6e;" in response.text
    assert client.get(reverse("theme", args=["ailleurs"])).status_code == 404


@pytest.mark.django_db
def test_what_is_not_a_colour_never_reaches_the_style_sheet(client):
    Programme.objects.create(
        slug="x", name="X", region_name="X", zone="B", primary_colour="red}", accent_colour="#8a3b00"
    )

    assert client.get(reverse("theme", args=["x"])).text == ":root{--region-accent:#8a3b00;}"


def test_a_document_is_a_tagged_pdf_in_our_own_type():
    document = PdfReader(BytesIO(render_pdf("style/document.html", sample())))

    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    fonts = [font for page in document.pages for font in page["/Resources"]["/Font"].values()]
    assert {"Atkinson" in font["/BaseFont"] for font in fonts} == {True}
