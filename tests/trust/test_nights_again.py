"""The same night twice, an older one, a pupil who blinks: families never hear of it (trust 31, 34)."""

from datetime import UTC, datetime

import pytest

from core.models import EvidenceEvent, Message
from core.outbox import deliver_due
from loans.enums import ConventionState, LoanState, SignatureMethod
from loans.lending import lend_device
from loans.links import check_birth_date, find_link
from loans.mailing import send_due
from loans.models import Convention, Signature
from loans.signing import Trace, sign_convention
from schools.enums import EnrolmentState, ImportState
from schools.fictitious.evolutions import rename, vanish
from schools.models import Enrolment
from support.applying import apply_changes
from tests.kit.smtp import smtp_server
from tests.loans.factories import DeviceFactory
from tests.story.scene import link_in
from tests.trust.base import every_row


pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(settings):
    with smtp_server(settings) as mailbox:
        yield mailbox


def morning(world) -> datetime:
    return datetime(world.on.year, world.on.month, world.on.day, 6, tzinfo=UTC)


def night(world):
    """Export, import, and everything the night does after it, mail included."""
    report = world.night(world.school)
    follow(world)
    return report


def follow(world) -> None:
    apply_changes(on=world.on, at=morning(world))
    send_due(on=world.on, at=morning(world))
    deliver_due(at=morning(world))


@pytest.mark.trust(31)
def test_the_same_files_again_change_nothing_and_send_nothing(running, mailbox):
    follow(running)
    sent, before = len(mailbox.messages), every_row()
    assert sent > 0
    for _again in range(3):
        report = running.receive()
        follow(running)
        assert {school.state for school in report.schools} == {ImportState.UNCHANGED}
        assert (report.counts.arrivals, report.counts.changes, report.counts.departures) == (0, 0, 0)
    assert every_row() == before
    assert len(mailbox.messages) == sent


@pytest.mark.trust(31)
def test_the_same_files_under_other_names_in_another_order_are_the_same(running, tmp_path):
    before, renamed = every_row(), []
    for rank, path in enumerate(reversed(running.written)):
        folder = tmp_path / "copies" / path.parent.name
        folder.mkdir(parents=True, exist_ok=True)
        renamed.append(folder / f"copie ({rank}).zip")
        renamed[-1].write_bytes(path.read_bytes())
    assert {school.state for school in running.receive(renamed).schools} == {ImportState.UNCHANGED}
    assert every_row() == before


@pytest.mark.trust(31)
def test_two_swapped_days_end_as_the_later_one(running):
    """Tuesday's file comes first, Monday's after: Monday's is refused, and says so."""
    pupil = running.school.pupils[0]
    running.nights += 1
    monday = running.export(running.school)
    running.nights += 1
    rename(running.region, pupil)
    assert running.receive(running.export(running.school)).all_accepted
    before = every_row()
    report = running.receive(monday)
    assert [school.state for school in report.schools] == [ImportState.REFUSED]
    assert report.finding_counts()["older_file"] == 1
    assert every_row() == before


@pytest.mark.trust(31)
def test_monday_s_file_delivered_again_on_wednesday_is_refused_each_time(running):
    monday = list(running.written)
    rename(running.region, running.school.pupils[0])
    running.night()
    before = every_row()
    for _again in range(2):
        running.receive(monday)
        assert every_row() == before


@pytest.fixture
def alix(running, mailbox):
    """A pupil of seconde whose family signed, and who has a laptop."""
    follow(running)
    ines = {pupil.ine: pupil for pupil in running.school.pupils}
    sent = Convention.objects.awaiting().filter(pupil__ine__in=ines).order_by("pk")
    convention = next(one for one in sent if not one.pupil.is_adult(running.on))
    link = find_link(link_in(Message.objects.about(convention.stream).earliest("pk").clear_body))
    check_birth_date(link=link, birth_on=convention.pupil.birth_on, at=morning(running))
    sign_convention(
        link=link,
        consent="J’ai lu la convention et je l’accepte.",
        text_sha256=convention.text.sha256,
        trace=Trace("192.0.2.1", "Mobile"),
        at=morning(running),
    )
    convention.refresh_from_db()
    lend_device(
        pupil=convention.pupil,
        convention=convention,
        device=DeviceFactory(),
        by=None,
        on=running.on,
        at=morning(running),
    )
    deliver_due(at=morning(running))
    return ines[convention.pupil.ine]


def papers(alix) -> dict:
    """What must survive: the loan, its signature, the trace of both."""
    enrolment = Enrolment.objects.get(pupil__ine=alix.ine)
    loan = enrolment.pupil.loans.get()
    return {
        "enrolment": (enrolment.pk, enrolment.entered_on, enrolment.class_code),
        "loan": (loan.pk, loan.device_id, loan.started_on),
        "signature": list(Signature.objects.filter(convention__pupil__ine=alix.ine).values()),
        "convention": loan.convention.state,
    }


def mails_to_the_family(alix, mailbox) -> int:
    theirs = {link.guardian.email for link in alix.links} | {alix.email}
    return sum(recipient in theirs for recipient in mailbox.recipients)


@pytest.mark.trust(34)
def test_a_pupil_missing_one_night_and_back_keeps_everything_and_hears_nothing(running, alix, mailbox):
    kept, heard = papers(alix), mails_to_the_family(alix, mailbox)
    traces = EvidenceEvent.objects.count()
    vanish(running.school, alix)
    assert night(running).counts.departures == 0
    assert Enrolment.objects.get(pupil__ine=alix.ine).absences_count == 1
    assert papers(alix) == kept
    running.school.pupils.append(alix)
    assert night(running).counts.arrivals == 0
    assert Enrolment.objects.get(pupil__ine=alix.ine).absences_count == 0
    assert papers(alix) == kept
    assert kept["convention"] == ConventionState.SIGNED
    assert kept["signature"][0]["method"] == SignatureMethod.ELECTRONIC
    assert mails_to_the_family(alix, mailbox) == heard
    assert EvidenceEvent.objects.count() == traces


@pytest.mark.trust(34)
def test_missing_three_complete_nights_is_left_and_back_on_the_fourth_keeps_everything(
    running, alix, mailbox
):
    """Issue 3: « left » asks for the laptop; the return undoes the asking, not the loan nor the signature."""
    kept = papers(alix)
    loan = Enrolment.objects.get(pupil__ine=alix.ine).pupil.loans.get()
    vanish(running.school, alix)
    for missing in (1, 2, 3):
        assert night(running).counts.departures == (missing == 3)
    gone = Enrolment.objects.get(pupil__ine=alix.ine)
    assert (gone.state, gone.left_on, gone.exit_reason) == (EnrolmentState.LEFT, running.on, "missing")
    loan.refresh_from_db()
    assert loan.state == LoanState.RETURN_DUE
    running.school.pupils.append(alix)
    assert night(running).counts.arrivals == 1
    loan.refresh_from_db()
    assert loan.state == LoanState.ACTIVE
    assert not loan.returns.live().exists()
    assert papers(alix) == kept


@pytest.mark.trust(34)
def test_a_held_or_partial_night_between_two_absences_is_no_absence(running, alix):
    """Only complete files count: half a file shows nothing about who it leaves out."""
    vanish(running.school, alix)
    night(running)
    everybody = list(running.school.pupils)
    running.school.pupils = everybody[:15]
    assert night(running).held == [running.school.uai]
    running.school.pupils = everybody
    assert night(running).counts.departures == 0
    assert Enrolment.objects.get(pupil__ine=alix.ine).absences_count == 2
