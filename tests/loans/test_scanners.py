"""Mail filters open every link, often with scripts on: they must change nothing (invariant 3, trust 1)."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from core.models import EvidenceEvent, Message
from loans.models import Convention, Signature, SigningLink
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
    assert sign(opened(links[0])).status_code == 302


def _everything():
    conventions = list(Convention.objects.order_by("pk").values())
    kept = list(SigningLink.objects.order_by("pk").values())
    for link in kept:
        link.pop("seen_at")
    counts = [model.objects.count() for model in (Signature, EvidenceEvent, Message, Session)]
    return conventions, kept, counts
