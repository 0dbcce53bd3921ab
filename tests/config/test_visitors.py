"""Strangers send little; what the staff saw stays in no browser; the logs keep no secret address; Redis may be down."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from config.visitors import LARGEST_OF_STRANGERS
from core.limits import is_allowed
from core.tokens import new_token
from distribution.follow_up import SIGNER
from schools.api.request_files import LIMIT
from tests.kit.log_lines import log_lines


pytestmark = pytest.mark.django_db
NOBODY = "redis://127.0.0.1:1/0"
PUBLIC = ["accounts:sign_in", "loans:family_lost", "loans:check_document", "core:reports_mailgun", "start"]


@pytest.fixture
def no_redis(settings):
    """A port where nobody listens."""
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": NOBODY}}


@pytest.mark.parametrize("name", PUBLIC)
def test_a_strangers_flood_is_refused_before_it_is_read(client, name):
    answer = client.post(reverse(name), CONTENT_LENGTH=str(LARGEST_OF_STRANGERS + 1))
    assert answer.status_code == 413
    assert "25\u00a0Mo" in answer.content.decode().replace(" Mo", "\u00a0Mo")


def test_staff_send_large_files_and_who_pushes_is_measured_by_the_api(client, cast):
    large = {"content_type": "application/octet-stream", "CONTENT_LENGTH": str(LIMIT * 2)}
    assert client.post(reverse("schools:api_push"), **large).status_code == 401
    client.force_login(cast.roux)
    assert client.post(reverse("accounts:sign_out"), **large).status_code == 302


@pytest.mark.parametrize("name", ["home", "schools:list", "loans:conventions"])
def test_no_browser_keeps_a_page_of_the_staff(client, cast, name):
    client.force_login(cast.sam)
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_what_is_the_same_for_all_may_be_kept(client, cast):
    client.force_login(cast.roux)
    theme = client.get(reverse("theme", args=[cast.campaign.programme.slug]))
    assert "public" in theme["Cache-Control"]
    assert "Cache-Control" not in Client().get(reverse("help")).headers


@pytest.mark.trust(11)
@pytest.mark.parametrize("name", ["loans:open_link", "distribution:follow_up", "accounts:accept_invitation"])
def test_the_log_of_a_page_that_fails_does_not_hold_its_secret(name):
    secret, phone = new_token(), Client(raise_request_exception=False)
    with connection.cursor() as cursor:
        for table in ("loans_signinglink", "loans_convention", "accounts_invitation"):
            cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_gone")
    if name == "distribution:follow_up":
        secret = SIGNER.sign(secret)
    with log_lines() as lines:
        assert phone.get(reverse(name, args=[secret])).status_code == 500
    assert "/•••/" in lines.getvalue()
    assert secret not in lines.getvalue()


@pytest.mark.trust(43)
def test_without_redis_the_public_pages_come_and_count_nobody(client, no_redis):
    assert client.get(f"/signer/{new_token()}/").status_code == 404
    assert client.post(reverse("loans:family_lost"), {"email": "a@example.org"}).status_code == 200
    assert client.post(reverse("loans:check_document"), {"sha256": "0" * 64}).status_code == 200


def test_a_count_that_ended_between_two_questions_ends_again():
    assert [is_allowed("test", "a", limit=2, seconds=600) for _ in range(3)] == [True, True, False]
    assert 0 < cache._cache.get_client(write=True).ttl(cache.make_key("limit:test:a")) <= 600
