"""A mailing by hand: counted, launched, told school by school, given up; what the calendar then does (N3, trust 58)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.addresses import block_address
from core.models import Message, MessageState, Trouble
from core.outbox import deliver_due
from core.refusals import Refused
from loans.enums import ConventionState, MailingKind, MailingState
from loans.mailing import send_due_conventions
from loans.mailings.approving import decline_mailing, launch_mailing
from loans.mailings.preparing import prepare_mailing, recount_mailing
from loans.mailings.running import run_mailings_due
from loans.mailings.stopping import drop_mailing, resume_mailing, stop_mailing
from loans.models import Convention, Mailing
from schools.models import Guardian
from tests.schools.factories import GuardianFactory, GuardianshipFactory, SchoolFactory, UserFactory


PARIS = ZoneInfo("Europe/Paris")
MAILING = date(2026, 8, 28)


def at(day, hour=9):
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)


def prepared(campaign, kind=MailingKind.FIRST, day=MAILING, **who):
    return prepare_mailing(campaign=campaign, kind=kind, by=UserFactory(), on=day, at=at(day), **who)


def launched(mailing, day=MAILING):
    launch_mailing(mailing=mailing, by=UserFactory(), at=at(day))
    run_mailings_due(at=at(day))
    return mailing


def refused(code, act, **given):
    with pytest.raises(Refused) as refusal:
        act(**given)
    assert refusal.value.code == code


def test_the_preview_says_school_by_school_who_cannot_be_written_to_and_why(campaign, enrol):
    """What is announced is what then leaves."""
    school = SchoolFactory()
    enrol(school=school, guardians=2)
    enrol(school=school, guardians=0)
    for email in ("", "revient@example.org", "veut-la-paix@example.org"):
        pupil = enrol(school=school, guardians=0).pupil
        GuardianshipFactory(pupil=pupil, guardian=GuardianFactory(email=email))
    enrol()
    block_address(address="Revient@example.org", trouble=Trouble.BOUNCED, detail="550", at=at(MAILING))
    block_address(address="veut-la-paix@example.org", trouble=Trouble.COMPLAINED, detail="", at=at(MAILING))
    mailing = prepared(campaign)
    assert (mailing.families_count, mailing.messages_count, mailing.second_person) == (6, 3, False)
    line = mailing.lines.get(school=school)
    counts = (line.no_signer_count, line.no_address_count, line.bounced_count, line.complained_count)
    assert (line.families_count, line.messages_count, counts) == (5, 2, (1, 1, 1, 1))
    launched(mailing)
    assert Message.objects.in_lot(mailing.lot).count() == mailing.messages_count


def test_a_few_schools_are_written_to_and_no_other(campaign, enrol):
    school = SchoolFactory()
    enrol(school=school)
    enrol()
    launched(prepared(campaign, schools=[school]))
    assert Convention.objects.get(state=ConventionState.SENT).enrolment.school == school


def test_who_came_after_the_preview_is_in_the_next_mailing(campaign, enrol):
    enrol()
    mailing = prepared(campaign)
    enrol()
    send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))  # keeps to what waits for somebody
    assert not Message.objects.exists()
    launched(mailing)
    assert Message.objects.count() == 1
    assert send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))["messages"] == 1


def test_a_reminder_by_hand_leaves_in_peace_who_answered_or_heard_today(campaign, enrol):
    for _ in range(3):
        enrol()
    send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))
    refused("nobody_concerned", prepared, campaign=campaign, kind=MailingKind.REMINDER)
    day = MAILING + timedelta(days=2)
    first = Convention.objects.earliest("pk")
    Convention.objects.filter(pk=first.pk).update(state=ConventionState.REFUSED)
    mailing = launched(prepared(campaign, MailingKind.REMINDER, day), day)
    assert Message.objects.in_lot(mailing.lot).count() == 2
    refused("nobody_concerned", prepared, campaign=campaign, kind=MailingKind.REMINDER, day=day)


def test_a_reminder_by_hand_stands_for_the_next_planned_one_and_six_are_enough(campaign, enrol):
    enrol()
    send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))
    by_hand = []
    for days in (4, 5, 10, 12, 14, 16, 18, 20, 21):
        day = MAILING + timedelta(days=days)
        send_due_conventions(campaign=campaign, on=day, at=at(day))
        if days in (4, 12, 14, 16, 18):
            by_hand.append(launched(prepared(campaign, MailingKind.REMINDER, day), day))
    day = MAILING + timedelta(days=22)
    refused("nobody_concerned", prepared, campaign=campaign, kind=MailingKind.REMINDER, day=day)
    assert len(by_hand) == 5
    assert Convention.objects.get().reminders_count == 6
    assert Message.objects.filter(kind="convention_reminder").count() == 6


def test_a_list_of_references_is_written_to_each_as_it_stands(campaign, enrol):
    enrol()
    send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))
    enrol()
    day = MAILING + timedelta(days=1)
    mailing = prepared(campaign, day=day)
    drop_mailing(mailing=mailing, by=UserFactory(), at=at(day), reason="Plutôt une liste.")
    references = list(Convention.objects.values_list("reference", flat=True))
    refused("reference_unknown", prepared, campaign=campaign, kind=MailingKind.CHOSEN, references=["N26-9"])
    mailing = launched(prepared(campaign, MailingKind.CHOSEN, day, references=references), day)
    kinds = Message.objects.in_lot(mailing.lot).values_list("kind", flat=True)
    assert sorted(kinds) == ["convention_reminder", "convention_to_sign"]


def test_stopped_then_given_up_its_families_are_again_to_be_written_to(campaign, enrol):
    enrol()
    mailing = launched(prepared(campaign))
    stop_mailing(mailing=mailing, by=UserFactory(), at=at(MAILING), reason="Mauvais texte.")
    drop_mailing(mailing=mailing, by=UserFactory(), at=at(MAILING), reason="À refaire.")
    convention = Convention.objects.get()
    assert (convention.state, convention.sent_on) == (ConventionState.DRAFT, None)
    assert not convention.links.filter(revoked_at=None).exists()
    day = MAILING + timedelta(days=1)
    assert send_due_conventions(campaign=campaign, on=day, at=at(day))["sent"] == 1
    assert deliver_due(at=at(day))["sent"] == 1


def test_what_was_signed_while_it_was_stopped_is_not_sent(campaign, enrol):
    enrol()
    enrol()
    mailing = launched(prepared(campaign))
    stop_mailing(mailing=mailing, by=UserFactory(), at=at(MAILING), reason="Doute.")
    Convention.objects.filter(pk=Convention.objects.earliest("pk").pk).update(state=ConventionState.REFUSED)
    resume_mailing(mailing=mailing, by=UserFactory(), at=at(MAILING, 11))
    states = Message.objects.in_lot(mailing.lot).values_list("state", flat=True)
    assert sorted(states) == [MessageState.CANCELLED, MessageState.QUEUED]


def test_two_mailings_of_one_kind_do_not_cross(campaign, enrol):
    enrol()
    prepared(campaign)
    refused("mailing_standing", prepared, campaign=campaign)


def test_counting_again_and_sending_back_say_who_and_why(campaign, enrol):
    enrol()
    mailing = prepared(campaign)
    enrol(guardians=2)
    recounted = recount_mailing(mailing=mailing, by=UserFactory(), on=MAILING, at=at(MAILING, 10))
    assert (recounted.families_count, recounted.messages_count) == (2, 3)
    Mailing.objects.update(second_person=True)
    launch_mailing(mailing=mailing, by=UserFactory(), at=at(MAILING))
    refused("reason_missing", decline_mailing, mailing=mailing, by=UserFactory(), at=at(MAILING), reason=" ")
    decline_mailing(mailing=mailing, by=UserFactory(), at=at(MAILING), reason="Une école de trop.")
    mailing.refresh_from_db()
    assert (mailing.state, mailing.asked_by) == (MailingState.PREPARED, None)
    assert mailing.log.last().comment == "Une école de trop."


def test_an_address_that_came_back_reopens_with_another_one(campaign, enrol):
    """A new address in the base is written to; the old one never again."""
    enrol()
    send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))
    guardian = Guardian.objects.get()
    block_address(address=guardian.email, trouble=Trouble.BOUNCED, detail="550 5.1.1", at=at(MAILING))
    day = MAILING + timedelta(days=5)
    send_due_conventions(campaign=campaign, on=day, at=at(day))
    assert Message.objects.count() == 1
    Guardian.objects.update(email="nouvelle@example.org")
    day += timedelta(days=1)
    send_due_conventions(campaign=campaign, on=day, at=at(day))
    assert Message.objects.latest("pk").to_address == "nouvelle@example.org"


def test_a_family_of_which_one_address_came_back_makes_no_mailing_of_its_own(campaign, enrol):
    """The other guardian was written to; nobody is new."""
    enrol(guardians=2)
    one, another = Guardian.objects.order_by("pk")
    block_address(address=one.email, trouble=Trouble.BOUNCED, detail="550", at=at(MAILING))
    for _ in range(3):
        send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))
    assert Mailing.objects.get().messages_count == Message.objects.count() == 1
    Guardian.objects.filter(pk=one.pk).update(email="nouvelle@example.org")
    send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))
    newest = Mailing.objects.latest("pk")
    assert (newest.kind, newest.messages_count) == (MailingKind.NEW_ADDRESS, 1)
    assert Message.objects.in_lot(newest.lot).get().to_address == "nouvelle@example.org"
    assert another.email in Message.objects.values_list("to_address", flat=True)
