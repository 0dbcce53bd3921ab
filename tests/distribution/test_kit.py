"""N14: a flyer, a poster with the school's day and the pupils' commitments, made from the rules and the facts."""

import io
from datetime import date, timedelta

import pikepdf
import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone

from core.templatetags.dates import long_date
from distribution.enums import DeliveryState
from distribution.kit import PIECES, Kit, kit_of, render_piece
from distribution.models import Delivery
from loans.texts import Parties
from loans.texts.commitments import commitments
from programmes.campaigns import open_campaign
from programmes.presets import preset, preset_names
from tests.schools.factories import SchoolFactory


ON = date(2026, 9, 1)
LONG = "Lycée polyvalent régional Marguerite Delaunay-Terriennes du Val de Saâne"


def words(content):
    document = pypdfium2.PdfDocument(content)
    try:
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
        return len(document), " ".join(text.replace("\u00a0", " ").split())
    finally:
        document.close()


@pytest.fixture
def delivery(cast):
    return Delivery.objects.create(
        campaign=cast.campaign,
        school=cast.tilleuls,
        on=date(2026, 9, 24),
        half_day="am",
        gate_on=date(2026, 9, 17),
        room="Salle polyvalente",
        state=DeliveryState.ACCEPTED,
    )


def test_the_poster_bears_the_schools_day_and_says_that_it_may_move(cast, delivery):
    pages, text = words(render_piece(kit_of(cast.tilleuls, cast.campaign, ON), "affiche"))
    assert pages == 1
    for said in (
        "jeudi",
        "24",
        "septembre 2026",
        "de 8 h 30 à 12 h, Salle polyvalente",
        "Date prévue",
        "85 %",
    ):
        assert said in text


def test_a_confirmed_day_is_sure_and_a_past_one_is_gone(cast, delivery):
    Delivery.objects.update(state=DeliveryState.CONFIRMED)
    _pages, text = words(render_piece(kit_of(cast.tilleuls, cast.campaign, ON), "affiche"))
    assert "Date prévue" not in text
    assert kit_of(cast.tilleuls, cast.campaign, date(2026, 9, 25)).delivery is None


def test_a_day_only_proposed_is_not_on_the_wall(cast, delivery):
    Delivery.objects.update(state=DeliveryState.PROPOSED)
    _pages, text = words(render_piece(kit_of(cast.tilleuls, cast.campaign, ON), "affiche"))
    assert "Date à venir" in text


@pytest.mark.parametrize("name", preset_names())
@pytest.mark.parametrize("piece", PIECES)
def test_each_paper_is_one_tagged_page_under_every_preset(db, name, piece):
    campaign = open_campaign(preset=name, year=2026, by=None, on=ON)
    school = SchoolFactory(name=LONG, city="Saint-Germain-sur-Morin-le-Vieux")
    content = render_piece(Kit(school, campaign, None), piece)
    assert words(content)[0] == 1
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"


def test_the_flyer_tells_the_rules_of_the_campaign(cast):
    _pages, text = words(render_piece(kit_of(cast.tilleuls, cast.campaign, ON), "prospectus"))
    for said in (
        "Région Normandie",
        "01 99 00 10 01 (appel gratuit)",
        "12 septembre 2026",
        "signer au lycée",
    ):
        assert said in text


def test_the_commitments_follow_the_rules():
    def said(name):
        facts = preset(name).programme
        school = "collège" if facts["kind"] == "department" else "lycée"
        parties = Parties(facts["region_name"], facts["name"], "2026-2027", school)
        rules = preset(name).rules_for(2026)
        return " ".join(f"{title} {text}" for title, text in commitments(rules, parties)).replace(
            "\u00a0", " "
        )

    assert "je le rends dans les 15 jours" in said("normandie")
    assert "dans les 30 jours" in said("normandie")
    assert "Je garde l’ordinateur" in said("sud")
    assert "Il n’est pas à vendre" not in said("sud")
    assert "Si je quitte le collège" in said("bouches_du_rhone")


def test_the_schools_page_leads_to_its_papers(client, cast, delivery):
    day = timezone.localdate() + timedelta(days=10)
    Delivery.objects.update(on=day, gate_on=day - timedelta(days=7))
    client.force_login(cast.roux)
    address = reverse("distribution:kit", args=[cast.tilleuls.uai])
    assert address in client.get(reverse("schools:detail", args=[cast.tilleuls.uai])).content.decode()
    assert long_date(day) in client.get(address).content.decode()
    opened = client.get(reverse("distribution:kit_piece", args=[cast.tilleuls.uai, "engagements"]))
    assert opened["Content-Type"] == "application/pdf"
    missing = reverse("distribution:kit_piece", args=[cast.tilleuls.uai, "tract"])
    assert client.get(missing).status_code == 404
