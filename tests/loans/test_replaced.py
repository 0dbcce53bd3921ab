"""A family whose convention is replaced gets the new link in the same act, and the old page offers it (N3, trust 8)."""

import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from core.models import Message, MessageState
from loans.conventions import issue_conventions
from loans.enums import ConventionState, MailingKind
from loans.mailing import send_due_conventions
from loans.mailings.preparing import prepare_mailing
from loans.models import Convention, Signature, SigningLink
from schools.models import Pupil
from tests.loans.conftest import PARIS
from tests.loans.test_family_pages import opened
from tests.loans.texts.test_publishing import vote
from tests.schools.factories import UserFactory


SENT_AT = datetime(2026, 8, 28, 9, tzinfo=PARIS)
NEXT = SENT_AT + timedelta(days=4)
NIGHT = NEXT.replace(hour=2, minute=30)


@pytest.fixture
def family(campaign, enrol):
    enrol(guardians=2)
    send(campaign, SENT_AT)
    return Convention.objects.get()


def send(campaign, at):
    return send_due_conventions(campaign=campaign, on=at.date(), at=at)


def replace_text(campaign, at=NEXT, free_repairs=2):
    vote(campaign, "repair", free_repairs=free_repairs)
    return issue_conventions(campaign=campaign, on=at.date(), by=None, at=at)


def latest():
    return Convention.objects.latest("pk")


def letters(convention):
    return Message.objects.about(convention.stream)


def test_the_new_link_leaves_in_the_act_that_replaces(campaign, family):
    counts = replace_text(campaign)
    assert (counts["renewed"], counts["sent"], counts["messages"]) == (1, 1, 2)
    new = latest()
    assert (new.state, new.sent_on) == (ConventionState.SENT, NEXT.date())
    assert new.links.filter(revoked_at=None).count() == letters(new).count() == 2
    assert "dont le lien ne fonctionne plus" in letters(new).first().clear_body
    assert "dont le lien ne fonctionne plus" not in letters(family).first().clear_body


def test_it_leaves_once_whatever_follows_that_day(campaign, family):
    replace_text(campaign)
    assert send(campaign, NEXT)["messages"] == 0
    assert replace_text(campaign)["messages"] == 0
    assert letters(latest()).count() == 2


def test_made_at_night_it_waits_for_the_morning(campaign, family):
    assert replace_text(campaign, NIGHT)["messages"] == 2
    morning = NIGHT.replace(hour=campaign.rule_tree.signature.quiet_until.hour, minute=0)
    assert set(letters(latest()).values_list("due_at", flat=True)) == {morning}


def test_who_came_of_age_is_written_to_and_the_parents_no_more(campaign, family):
    Pupil.objects.update(birth_on=NEXT.date().replace(year=NEXT.year - 18), email="zoe@example.org")
    issue_conventions(campaign=campaign, on=NEXT.date(), by=None, at=NEXT)
    assert list(letters(latest()).values_list("to_address", flat=True)) == ["zoe@example.org"]


def test_replaced_again_before_the_morning_only_the_last_one_leaves(campaign, family):
    replace_text(campaign, NIGHT)
    between = latest()
    replace_text(campaign, NIGHT, free_repairs=0)
    assert set(letters(between).values_list("state", flat=True)) == {MessageState.CANCELLED}
    assert letters(latest()).waiting().count() == 2


def test_a_family_that_was_never_written_to_waits_for_the_mailing(campaign, enrol):
    enrol()
    assert issue_conventions(campaign=campaign, on=NEXT.date(), by=None, at=NEXT)["messages"] == 0
    assert not Message.objects.exists()


def test_as_many_as_two_people_must_look_at_wait_for_them(campaign, family):
    vote(campaign, "signature", second_person_from=2)
    assert replace_text(campaign)["messages"] == 0
    assert latest().state == ConventionState.DRAFT
    assert send(campaign, NEXT)["held"] == 1


def test_a_standing_mailing_keeps_it(campaign, family, enrol):
    enrol()
    officer = UserFactory()
    prepare_mailing(campaign=campaign, kind=MailingKind.FIRST, by=officer, on=NEXT.date(), at=NEXT)
    assert replace_text(campaign)["messages"] == 0


def test_counting_a_mailing_writes_to_nobody(campaign, family, enrol):
    enrol()
    vote(campaign, "repair", free_repairs=2)
    prepare_mailing(campaign=campaign, kind=MailingKind.FIRST, by=UserFactory(), on=NEXT.date(), at=NEXT)
    assert Message.objects.count() == 2


@pytest.fixture
def old_page(campaign, family):
    """The page of the first link, after the text changed while a standing mailing kept the letters."""
    SigningLink.objects.update(expires_at=datetime(2099, 1, 1, tzinfo=PARIS))
    phone = opened(re.search(r"/signer/\S+", letters(family).first().clear_body)[0])
    vote(campaign, "signature", second_person_from=2)
    replace_text(campaign)
    return phone


def test_the_old_links_page_offers_the_new_one_and_sends_it_at_one_touch(old_page, family):
    page = old_page.get("/signer/")
    assert page.status_code == 410
    assert "M’envoyer un nouveau lien" in page.content.decode()
    answer = old_page.post(reverse("loans:family_renew")).content.decode()
    assert "Un nouveau message est en route" in answer
    new = latest()
    assert new != family
    assert list(letters(new).values_list("to_address", flat=True)) == [letters(family).first().to_address]
    assert not Signature.objects.exists()


def test_the_page_of_a_pupil_who_left_offers_nothing(old_page):
    Convention.objects.update(state=ConventionState.SUPERSEDED)
    page = old_page.get("/signer/").content.decode()
    assert "M’envoyer un nouveau lien" not in page
    assert old_page.post(reverse("loans:family_renew")).status_code == 409
