"""What waits for the region's decision is on its first page, each a click away."""

import pytest
from django.urls import reverse

from schools.models import MergeProposal
from tests.reports.test_stuck_messages import AT, dead
from tests.schools.factories import PupilFactory


pytestmark = pytest.mark.django_db


def test_messages_and_doubles_that_wait_are_on_the_first_page(client, cast, today):
    client.force_login(cast.sam)
    assert reverse("reports:stuck_messages") not in page_of(client)
    dead("a")
    MergeProposal.objects.create(pupil=cast.alix, newcomer=PupilFactory(), created_at=AT)
    page = page_of(client)
    assert "En attente de votre décision" in page
    assert f'<a href="{reverse("reports:stuck_messages")}">Messages non partis</a>' in page
    assert f'<a href="{reverse("support:merges")}">Doublons possibles</a>' in page


def page_of(client) -> str:
    """The part of the page that is not the menu."""
    return client.get(reverse("home")).content.decode().split('<main class="main"')[1]
