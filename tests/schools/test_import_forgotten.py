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
from schools.imports.reverting import refuse_revert
from schools.models import EnrolmentImport, ImportDifference, ImportFinding, ImportRevert, ImportValue, Pupil
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


@pytest.fixture
def without_address(running):
    """An import whose finding names a pupil: neither guardian can be written to."""
    pupil = running.school.pupils[0]
    for link in pupil.links:
        link.guardian.email = ""
    running.night(running.school)
    imported = EnrolmentImport.objects.latest("pk")
    return imported.findings.get(code="no_guardian_email")


def test_the_pupils_a_finding_names_go_with_the_file_and_its_count_stays(running, without_address, client):
    finding, times = without_address, without_address.repeat_count
    [name, *_] = finding.places
    clean(running, limit(running))
    finding.refresh_from_db()
    assert name in finding.places
    assert clean(running, limit(running) + 1)["unnamed"]
    finding.refresh_from_db()
    assert (finding.places, finding.repeat_count) == (None, times)
    assert not any(ImportFinding.objects.values_list("places", flat=True))
    assert clean(running, limit(running) + 2)["unnamed"] == 0
    client.force_login(UserFactory(role=Role.REGION))
    page = client.get(f"/imports/{finding.enrolment_import.public_id}/").content.decode()
    assert name not in page
    assert "effacé, la durée de conservation est passée." in page


def test_the_same_file_a_month_later_repeats_its_findings_without_the_forgotten_places(
    running, without_address
):
    clean(running, limit(running) + 2)
    running.nights += limit(running)
    running.export(running.school)
    report = running.receive().schools[0]
    assert report.findings.counts()[without_address.code] == without_address.repeat_count


def test_the_pupils_an_undoing_left_are_named_until_the_voted_days_after_the_decision(running, renamed):
    asked_at = renamed.received_at
    Pupil.objects.filter(ine=running.school.pupils[0].ine).update(family_name="Changé depuis")
    revert = ask_revert(imported=renamed, by=UserFactory(), at=asked_at, on=running.on, reason="Erreur")
    assert [line["name"] for line in revert.kept]
    clean(running, 60)
    decided_at = asked_at + timedelta(days=60)
    refuse_revert(revert=revert, by=UserFactory(), at=decided_at, comment="Non")
    clean(running, 60 + limit(running) - 1)
    assert ImportRevert.objects.get().kept
    clean(running, 60 + limit(running) + 1)
    assert ImportRevert.objects.get().kept is None
