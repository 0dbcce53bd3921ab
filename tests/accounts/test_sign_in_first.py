"""A session that ended while a page was open: sign in, then that page again, and it is said that nothing was saved."""

import pytest
from django.urls import reverse

from tests.accounts.test_sign_in import PASSWORD, user  # noqa: F401


pytestmark = pytest.mark.django_db

PAGE = "/etablissements/?q=orne"
SENT = "Votre session était terminée"


def test_a_page_asked_for_opens_after_signing_in(client):
    answer = client.get(PAGE)
    assert answer.url == "/connexion/?next=/etablissements/%3Fq%3Dorne"
    assert SENT not in client.get(answer.url).content.decode()


def test_what_was_sent_is_said_to_be_lost_and_its_page_opens_again(client, user):  # noqa: F811
    posted = reverse("schools:invite", args=["0149001H"])
    answer = client.post(posted, {"email": "x@example.org"}, headers={"Referer": f"http://testserver{PAGE}"})
    assert answer.url == "/connexion/?next=/etablissements/%3Fq%3Dorne"
    assert SENT in client.get(answer.url).content.decode()
    after = client.post("/connexion/", {"username": user.email, "password": PASSWORD, "next": PAGE})
    assert after.url == PAGE


@pytest.mark.parametrize("referer", ["", "https://evil.test/piege", "//evil.test", "javascript:alert(1)"])
def test_a_page_elsewhere_is_never_gone_back_to(client, referer):
    answer = client.post(reverse("schools:invite", args=["0149001H"]), headers={"Referer": referer})
    assert answer.url == "/connexion/?next=/"


def test_a_fragment_sends_its_whole_page_to_the_sign_in_page(client):
    asked = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{PAGE}"}
    answer = client.get("/etablissements/", headers=asked)
    assert answer.headers["HX-Redirect"] == "/connexion/?next=/etablissements/%3Fq%3Dorne"
