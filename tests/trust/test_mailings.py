"""A mailing to the wrong list: seen before, approved by two, stopped at once, gone on with (trust 58)."""

from collections import Counter
from datetime import date, datetime, timedelta
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from core.models import Message, MessageState
from core.outbox import deliver_due
from core.refusals import Refused
from loans.enums import ConventionState, MailingState
from loans.mailing import send_due
from loans.mailings.approving import approve_mailing, launch_mailing
from loans.mailings.running import run_mailings_due
from loans.mailings.stopping import resume_mailing, stop_mailing
from loans.models import Convention, Mailing
from programmes.campaigns import open_campaign
from schools.models import Guardian
from tests.kit.smtp import smtp_server
from tests.loans.crowd import enrol_crowd
from tests.schools.factories import UserFactory


PARIS = ZoneInfo("Europe/Paris")
ON = date(2026, 8, 28)
AT = datetime(2026, 8, 28, 9, tzinfo=PARIS)
LATER = AT + timedelta(minutes=10)
FAMILIES, LAST_TO_LEAVE = 1003, 37


@pytest.fixture
def mailbox(settings):
    with smtp_server(settings) as mailbox:
        yield mailbox


@pytest.fixture
def mailing(db):
    """A region's first letters are due; three families have no address."""
    campaign = open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 7, 6))
    enrol_crowd(campaign, FAMILIES)
    Guardian.objects.filter(identifier__in=["0", "1", "2"]).update(email="")
    assert send_due(on=ON, at=AT)["held"] == FAMILIES
    return Mailing.objects.get()


def approved(mailing: Mailing) -> Mailing:
    launch_mailing(mailing=mailing, by=UserFactory(), at=AT)
    return approve_mailing(mailing=mailing, by=UserFactory(), at=AT)


@pytest.mark.trust(58)
def test_a_thousand_letters_do_not_leave_by_themselves_and_are_counted_before(mailing):
    assert (mailing.state, mailing.second_person) == (MailingState.PREPARED, True)
    assert (mailing.families_count, mailing.messages_count) == (FAMILIES, FAMILIES - 3)
    line = mailing.lines.get()
    assert (line.reachable_count, line.no_address_count) == (FAMILIES - 3, 3)
    assert not Message.objects.in_lot(mailing.lot).exists()
    assert send_due(on=ON + timedelta(days=1), at=LATER + timedelta(days=1))["messages"] == 0
    assert Mailing.objects.count() == 1


@pytest.mark.trust(58)
def test_whoever_launched_it_does_not_approve_it_not_even_by_hand_in_the_base(mailing):
    somebody = UserFactory()
    launch_mailing(mailing=mailing, by=somebody, at=AT)
    with pytest.raises(Refused) as refusal:
        approve_mailing(mailing=mailing, by=somebody, at=AT)
    assert refusal.value.code == "second_person"
    with pytest.raises(IntegrityError), transaction.atomic():
        Mailing.objects.update(state=MailingState.RUNNING, approved_by=somebody)
    assert run_mailings_due(at=AT)["messages"] == 0
    assert Convention.objects.filter(state=ConventionState.DRAFT).count() == FAMILIES


@pytest.mark.trust(58)
@pytest.mark.django_db(transaction=True)
def test_the_stop_button_lets_the_message_in_hand_leave_and_no_other(mailing, mailbox):
    """Pressed while a worker sends; then gone on with: everybody once, under the same Message-ID."""
    approved(mailing)
    assert run_mailings_due(at=AT)["messages"] == FAMILIES - 3
    promised = set(Message.objects.in_lot(mailing.lot).values_list("message_id", flat=True))
    officer = UserFactory()

    def press() -> None:
        stop_mailing(mailing=mailing, by=officer, at=LATER, reason="Mauvaise liste.")
        connection.close()

    def kept(recipient: str) -> bool:
        if len(mailbox.messages) == LAST_TO_LEAVE:
            somebody = Thread(target=press)
            somebody.start()
            somebody.join()
        return True

    mailbox.on_kept = kept
    assert deliver_due(at=LATER)["sent"] == LAST_TO_LEAVE == len(mailbox.messages)
    assert deliver_due(at=LATER + timedelta(days=1))["sent"] == 0
    resume_mailing(mailing=mailing, by=officer, at=LATER)
    run_mailings_due(at=LATER)
    assert deliver_due(at=LATER + timedelta(minutes=10))["sent"] == FAMILIES - 3 - LAST_TO_LEAVE
    assert set(Counter(mailbox.recipients).values()) == {1}
    assert set(mailbox.message_ids) == promised
    assert len(mailbox.messages) == FAMILIES - 3


@pytest.mark.trust(58)
def test_a_stop_midway_writes_to_nobody_else_until_it_is_gone_on_with(mailing):
    """Half of the region is written to when the button is pressed; the calendar does not go round it."""
    from loans.mailings.running import write_batch

    approved(mailing)
    write_batch(mailing=mailing, on=ON, at=AT)
    stop_mailing(mailing=mailing, by=UserFactory(), at=AT, reason="Mauvais texte.")
    assert write_batch(mailing=mailing, on=ON, at=AT) is None
    assert send_due(on=ON + timedelta(days=6), at=AT + timedelta(days=6))["messages"] == 0
    written = Message.objects.in_lot(mailing.lot)
    assert set(written.values_list("state", flat=True)) == {MessageState.CANCELLED}
    resume_mailing(mailing=mailing, by=UserFactory(), at=LATER)
    run_mailings_due(at=LATER)
    assert set(written.values_list("state", flat=True)) == {MessageState.QUEUED}
    assert written.values("to_address").distinct().count() == written.count() == FAMILIES - 3
