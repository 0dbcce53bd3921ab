"""Mail filters open every link, often with scripts on: they must change nothing (invariant 3, trust 1)."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.tokens import token_digest
from loans.models import SigningLink
from tests.loans.test_family_pages import links, opened, sign  # noqa: F401


SCANNERS = [
    "Mozilla/5.0 (compatible; Microsoft-SafeLinks/1.0)",
    "Barracuda Sentinel (EE)",
    "GoogleImageProxy",
    "Proofpoint URL Defense",
    "Mimecast-Web-Security",
]


@pytest.mark.trust(1)
def test_scanners_change_nothing_but_the_seen_stamp(links):  # noqa: F811
    """Invariant 3, trust 1: 50 visits, then a human signs."""
    before = _everything()
    for visit in range(50):
        robot = Client(headers={"User-Agent": SCANNERS[visit % 5]})
        method = [robot.get, robot.head, robot.options][visit % 3]
        method(links[0])
        for name in ("family", "family_sign", "family_refuse", "family_check", "family_document"):
            method(reverse(f"loans:{name}"))
    assert _everything() == before
    assert SigningLink.objects.get(token_hash=token_digest(links[0].split("/")[2])).seen_at
    assert sign(opened(links[0])).status_code == 302


def _everything():
    """Every row of every table, but for the « seen » stamp."""
    kept = list(SigningLink.objects.order_by("pk").values())
    for link in kept:
        link.pop("seen_at")
    return rows_but("loans_signinglink"), kept


def rows_but(left_out: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        names, found = connection.introspection.table_names(cursor), {}
        for name in set(names) - {left_out}:
            cursor.execute(f'SELECT string_agg(row::text, chr(10) ORDER BY row::text) FROM "{name}" AS row')  # noqa: S608
            found[name] = cursor.fetchone()[0]
    return found
