"""What imports replaced, and the lines of held files, go when the rules say, and only then (trust 99)."""

from datetime import datetime, time, timedelta

import pytest

from accounts.enums import Role
from core.refusals import Refused
from loans.reverting import ask_revert, revert_import
from schools.enums import ImportState
from schools.feeds.purging import keep_files
from schools.fictitious.evolutions import rename
from schools.imports.deciding import reject_held_import
from schools.models import EnrolmentImport, ImportDifference, ImportValue
from tests.schools.factories import UserFactory
from tests.schools.feeds.conftest import PARIS


@pytest.fixture
def renamed(running):
    """An import that replaced two names."""
    for pupil in running.school.pupils[:2]:
        rename(running.region, pupil)
    running.night(running.school)
    assert ImportValue.objects.exists()
    return EnrolmentImport.objects.latest("pk")


@pytest.fixture
def held(running):
    running.school.pupils = running.school.pupils[:20]
    running.night(running.school)
    assert ImportDifference.objects.exists()
    return EnrolmentImport.objects.get(state=ImportState.HELD)


def clean(world, days):
    on = world.on + timedelta(days=days)
    return keep_files(on=on, at=datetime.combine(on, time(3), tzinfo=PARIS))


def limit(world):
    return world.campaign.rule_tree.privacy.raw_files_days


def test_replaced_values_go_the_day_after_the_voted_number_of_days(running, renamed):
    count = ImportValue.objects.count()
    assert clean(running, limit(running))["details"] == 0
    assert clean(running, limit(running) + 1)["details"] == count
    assert not ImportValue.objects.exists()
    assert clean(running, limit(running) + 2)["details"] == 0
    assert EnrolmentImport.objects.filter(pk=renamed.pk, counts__changes=2).exists()


def test_what_was_forgotten_can_no_longer_be_undone_and_says_so(running, renamed):
    clean(running, 60)
    renamed.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        ask_revert(imported=renamed, by=UserFactory(), at=renamed.received_at, on=running.on, reason="Erreur")
    assert refusal.value.code == "import_not_noted"


def test_an_import_somebody_asked_to_undo_keeps_what_it_replaced_until_the_decision(running, renamed):
    at = renamed.received_at
    revert = ask_revert(imported=renamed, by=UserFactory(), at=at, on=running.on, reason="Erreur")
    assert clean(running, 60)["details"] == 0
    revert_import(revert=revert, by=UserFactory(), at=at, on=running.on, comment="D’accord")
    assert clean(running, 60)["details"]


def test_the_lines_of_a_held_file_wait_for_the_decision_then_for_the_voted_days(running, held, client):
    assert clean(running, 60)["details"] == 0
    decided_at = held.received_at + timedelta(days=60)
    reject_held_import(held=held, by=UserFactory(), at=decided_at, comment="Incomplet")
    assert clean(running, 60 + limit(running) - 1)["details"] == 0
    assert clean(running, 60 + limit(running) + 1)["details"] == 20
    client.force_login(UserFactory(role=Role.REGION))
    page = client.get(f"/imports/{held.public_id}/").content.decode()
    assert "sa durée de conservation est passée" in page
