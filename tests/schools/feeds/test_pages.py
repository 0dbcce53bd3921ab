"""A region officer lets machines in, writes services down, tries them, and looks at what nobody could read (N1)."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from schools.feeds.deliveries import keep
from schools.feeds.enums import DeliveryState, PullState, SourceKind, Way
from schools.models import FeedDelivery, FeedPull, FeedSource, FeedToken
from tests.kit.feed_services import KEY, SECRET, serving
from tests.schools.conftest import FIRST_NIGHT
from tests.schools.feeds.conftest import PARIS
from tests.schools.feeds.test_push import body_of


pytestmark = pytest.mark.usefixtures("morning")
LAST_DAY = (FIRST_NIGHT + timedelta(days=90)).isoformat()


@pytest.fixture
def region(client, officer):
    client.force_login(officer)
    return client


def made(region, **changes):
    given = {"name": "Rectorat", "scope": "schools", "uais": "", "expires_on": LAST_DAY, **changes}
    return region.post(reverse("schools:feed_tokens"), given)


def test_a_token_is_made_shown_once_and_works(region, world, client):
    page = made(region, uais=world.school.uai.lower())
    text = page.content.decode().split('value="cartable_')[1].split('"')[0]
    assert page["Cache-Control"].startswith("max-age=0")
    assert "no-store" in page["Cache-Control"]
    assert text not in region.get(reverse("schools:feed_tokens")).content.decode()
    assert (
        text
        not in region.get(
            reverse("schools:feed_token", args=[FeedToken.objects.get().public_id])
        ).content.decode()
    )
    answer = client.generic(
        "POST",
        reverse("schools:api_push"),
        body_of(world),
        content_type="application/zip",
        headers={"Authorization": f"Bearer cartable_{text}"},
    )
    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Dites pour quels établissements"),
        ({"uais": "0140999Z"}, "Aucun établissement n’a le numéro 0140999Z"),
        ({"scope": "region", "expires_on": "2030-01-01"}, "un jeton se renouvelle chaque année"),
        ({"name": ""}, "Erreur"),
    ],
)
def test_a_wrong_form_is_said_in_french_and_makes_nothing(region, changes, words):
    assert words in made(region, **changes).content.decode()
    assert not FeedToken.objects.exists()


def test_a_revoked_token_says_so_on_its_page(region, machine):
    token = machine().token
    region.post(reverse("schools:feed_revoke", args=[token.public_id]))
    assert "révoqué" in region.get(reverse("schools:feed_token", args=[token.public_id])).content.decode()


def form_of(address, **changes):
    given = {"kind": "netsynchro", "covers": "all", "base_url": address, "key_id": KEY, "secret": SECRET}
    return given | {"is_active": "on"} | changes


def test_a_service_is_written_down_tried_and_its_secret_never_comes_back(region, world, settings):
    settings.FEEDS_MAY_BE_PLAIN = True
    with serving(world.region.schools) as services:
        region.post(reverse("schools:feed_source_add"), form_of(services.address))
        source = FeedSource.objects.get()
        page = region.post(reverse("schools:feed_try", args=[source.public_id]), follow=True).content.decode()
    assert "Elle fonctionne" in page
    assert "40 élèves pour" in page
    assert SECRET not in page
    assert FeedSource.objects.get().secret == SECRET


def test_nobody_at_the_address_is_said_in_french(region, world, settings):
    settings.FEEDS_MAY_BE_PLAIN = True
    region.post(reverse("schools:feed_source_add"), form_of("http://127.0.0.1:1"))
    source = FeedSource.objects.get()
    page = region.post(reverse("schools:feed_try", args=[source.public_id]), follow=True).content.decode()
    assert "Le service ne répond pas" in page


@pytest.mark.parametrize(
    "address",
    ["http://siecle.example.org", "https://moi:secret@siecle.example.org", "https://x.example.org/?a=1"],
)
def test_a_secret_is_sent_to_no_plain_address(region, world, address):
    page = region.post(reverse("schools:feed_source_add"), form_of(address)).content.decode()
    assert "Erreur" in page
    assert not FeedSource.objects.exists()


def saved(region, source, **changes):
    form = form_of(source.base_url, secret="", **changes)
    return region.post(reverse("schools:feed_source", args=[source.public_id]), form)


def test_an_empty_secret_keeps_the_present_one_but_not_for_another_address(region, world):
    """Whoever may change the address must not have our secret sent to themselves."""
    region.post(reverse("schools:feed_source_add"), form_of("https://siecle.example.org"))
    saved(region, FeedSource.objects.get(), key_id="autre")
    assert FeedSource.objects.get().secret == SECRET
    saved(region, FeedSource.objects.get(), base_url="https://ailleurs.example.org")
    assert FeedSource.objects.get().secret == ""


def test_what_failed_today_says_why_and_is_asked_again_on_demand(region, world, officer):
    source = FeedSource.objects.create(
        programme=world.campaign.programme,
        kind=SourceKind.SYGNE,
        base_url="https://sygne.example.org",
        changed_by=officer,
        changed_at=datetime.now(PARIS),
    )
    school = world.campaign.memberships.first().school
    FeedPull.objects.create(
        source=source, school=school, for_date=FIRST_NIGHT, state=PullState.FAILED, outcome="credentials"
    )
    assert "1 sans réponse" in region.get(reverse("schools:feed_sources")).content.decode()
    page = region.get(reverse("schools:feed_source", args=[source.public_id])).content.decode()
    assert "refuse notre clé" in page
    region.post(reverse("schools:feed_ask_again", args=[source.public_id]))
    assert FeedPull.objects.get().state == PullState.WAITING


def test_files_set_aside_say_what_is_wrong_until_somebody_looked(region, world):
    problem = {"code": "bad_xml", "sentence": "Ce fichier est coupé.", "remedy": "Exportez-le.", "place": ""}
    delivery, _is_new = keep(
        files=[("eleves.xml", b"<BEE")],
        campaign=world.campaign,
        way=Way.DROP,
        sender="dossier de dépôt",
        uais=[world.school.uai],
        at=datetime.now(PARIS),
        problems=[problem],
    )
    aside = reverse("schools:feed_set_aside")
    assert "Ce fichier est coupé." in region.get(aside).content.decode()
    address = reverse("schools:feed_delivery", args=[delivery.public_id])
    assert "Exportez-le." in region.get(address).content.decode()
    region.post(address, {"comment": "Le lycée renvoie demain."})
    assert FeedDelivery.objects.get().state == DeliveryState.DEALT_WITH
    assert "Rien n’est mis de côté" in region.get(aside).content.decode()
    assert "Le lycée renvoie demain." in region.get(address).content.decode()


@pytest.mark.parametrize("count", [3, 60])
def test_the_tokens_page_asks_as_much_for_three_as_for_many(
    region, machine, django_assert_max_num_queries, count
):
    for _number in range(count):
        machine()
    with django_assert_max_num_queries(12):
        region.get(reverse("schools:feed_tokens"))
