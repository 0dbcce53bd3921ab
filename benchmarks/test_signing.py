"""Families sign: the POST that commits, against a Django view that inserts one row, on the same server (issue 4)."""

import os
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.middleware.csrf import _get_new_csrf_string
from django.utils import timezone

from benchmarks.servers import visitors, web_server
from loans.models import Signature, SigningLink
from loans.views.family.entering import COOKIE, remember_link
from programmes.campaigns import open_campaign
from tests.loans.crowd import enrol_crowd, send_to_crowd


COUNT = int(os.environ.get("BENCH_SIGNATURES", "2400"))
WARM = 100
FLOOR_SHARE, FLOOR_P95 = 0.25, 10
PARIS = ZoneInfo("Europe/Paris")
SECRET = _get_new_csrf_string()
BARE = (
    "POST /bare HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
    f"Cookie: csrftoken={SECRET}\r\nX-CSRFToken: {SECRET}\r\n\r\n"
).encode()


@pytest.mark.django_db(transaction=True)
def test_signing_against_a_bare_insert(tmp_path):
    posts = signing_requests()
    half = (COUNT - WARM) // 2
    with visitors(tmp_path) as crowd:
        with web_server("benchmarks.bare:application", "benchmarks.dressed_settings") as port:
            crowd.rush(port, [BARE] * 200)
            dressed = crowd.rush(port, [BARE] * 2000)
        with web_server("benchmarks.bare:application", "benchmarks.bare_settings") as port:
            crowd.rush(port, [BARE] * 200)
            bare = crowd.rush(port, [BARE] * 2000)
            bare_half = crowd.rush(port, [BARE] * 1000, rate=bare.rate / 2)
        with web_server("config.wsgi:application") as port:
            crowd.rush(port, posts[:WARM])
            signed = crowd.rush(port, posts[WARM : WARM + half])
            signed_half = crowd.rush(port, posts[WARM + half :], rate=signed.rate / 2)
    print(
        f"\n\nthe insert behind the product's middleware {dressed.rate:.0f}/s, of which signatures are"
        f" {signed.rate / dressed.rate:.2f}"
        f"\nbare insert {bare.rate:.0f}/s, signatures {signed.rate:.0f}/s: {signed.rate / bare.rate:.2f} of it"
        f" (at least {FLOOR_SHARE}); at half of each maximum p95 {1000 * bare_half.p95:.1f} ms and"
        f" {1000 * signed_half.p95:.1f} ms: {signed_half.p95 / bare_half.p95:.1f} × (at most {FLOOR_P95})"
    )
    assert bare.statuses == dressed.statuses == {"200": 2000}
    assert set(signed.statuses) | set(signed_half.statuses) == {"302"}
    assert Signature.objects.count() == COUNT
    assert signed.rate / bare.rate >= FLOOR_SHARE
    assert signed_half.p95 / bare_half.p95 <= FLOOR_P95


def signing_requests() -> list[bytes]:
    """One for each family, whose date of birth was already checked."""
    now = timezone.now()
    year = now.year if now.month >= 7 else now.year - 1
    campaign = open_campaign(preset="normandie", year=year, by=None, on=date(year, 7, 6))
    enrol_crowd(campaign, COUNT)
    on = date(year, 8, 28)
    send_to_crowd(campaign, on=on, at=datetime(year, 8, 28, 9, tzinfo=PARIS))
    SigningLink.objects.update(expires_at=now.replace(year=now.year + 1))
    links = list(SigningLink.objects.select_related("convention__text").order_by("pk"))
    assert len(links) == COUNT
    return [_post(link) for link in links]


def _post(link: SigningLink) -> bytes:
    secret = _get_new_csrf_string()
    kept = remember_link(HttpResponse(), link, checked=True).cookies[COOKIE].value
    body = urlencode(
        {"accept": "on", "text_sha256": link.convention.text.sha256, "csrfmiddlewaretoken": secret}
    )
    return (
        "POST /signer/je-signe/ HTTP/1.1\r\nHost: localhost\r\nUser-Agent: un téléphone\r\n"
        f"Cookie: {COOKIE}={kept}; csrftoken={secret}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
