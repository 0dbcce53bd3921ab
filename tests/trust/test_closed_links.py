"""Links too old, replaced, lost or frozen: why, and the way to another one (trust 8, 9)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.models import EvidenceEvent, Message
from core.refusals import Refused
from loans.asking_again import ask_new_link, may_ask, send_lost_links
from loans.links import check_birth_date, link_problem, unlock_links
from loans.mailing import send_due_conventions
from loans.models import Convention, Signature, SigningLink
from loans.other_phone import share_link
from loans.resending import resend_convention
from schools.models import Guardian
from tests.loans.conftest import campaign, enrol  # noqa: F401
from tests.trust.links import AT, addresses, checked, keep_open, mailed_links


pytestmark = pytest.mark.django_db


@pytest.fixture
def links(campaign, enrol):  # noqa: F811
    enrol(guardians=2)
    return mailed_links(campaign)


@pytest.fixture
def address(links):
    keep_open()
    return addresses()[0]


def renewed(link, at):
    try:
        ask_new_link(link=link, on=at.date(), at=at)
    except Refused as refusal:
        return refusal.code
    return "sent"


@pytest.mark.trust(8)
@pytest.mark.parametrize(("seconds", "problem"), [(-1, ""), (0, "expired"), (1, "expired")])
def test_a_link_ends_to_the_second(links, seconds, problem):
    link = links[0]
    assert link_problem(link, link.expires_at + timedelta(seconds=seconds)) == problem


@pytest.mark.trust(8)
def test_a_cookie_never_outlives_its_link(address):
    phone = checked(address)
    assert phone.get("/signer/").status_code == 200
    for closed in ({"revoked_at": AT}, {"revoked_at": None, "expires_at": AT}):
        SigningLink.objects.update(**closed)
        assert phone.get("/signer/").status_code == 410
        assert phone.post(reverse("loans:family_sign"), {"accept": "on"}).status_code == 410
    assert not Signature.objects.exists()


@pytest.mark.trust(8)
def test_an_old_link_asks_for_a_new_one_which_goes_to_the_address_known_today(links):
    link, late = links[0], links[0].expires_at
    link.guardian.__class__.objects.filter(pk=link.guardian_id).update(email="nouvelle@example.org")
    assert not may_ask(link, AT)
    assert may_ask(link, late)
    assert renewed(link, late) == "sent"
    message = Message.objects.latest("pk")
    assert message.to_address == "nouvelle@example.org"
    fresh = SigningLink.objects.latest("pk")
    assert (link_problem(fresh, late), fresh.guardian_id) == ("", link.guardian_id)
    link.refresh_from_db()
    assert link_problem(link, late) == "revoked"
    assert EvidenceEvent.objects.filter(action="link_asked_again", actor=f"link:{link.pk}").count() == 1


@pytest.mark.trust(8)
def test_asking_again_and_again_sends_three_a_day(links):
    late = links[0].expires_at
    asked = [renewed(links[0], late + timedelta(minutes=6 * number)) for number in range(200)]
    assert asked.count("sent") == 3
    assert asked[1] == "asked_too_often"


@pytest.mark.trust(8)
def test_the_page_says_why_and_sends_at_one_touch_without_naming_the_address(address):
    phone = checked(address)
    SigningLink.objects.update(expires_at=AT)
    page = phone.get("/signer/").content.decode()
    assert "trop ancien" in page
    assert "M’envoyer un nouveau lien" in page
    answer = phone.post(reverse("loans:family_renew")).content.decode()
    assert "Un nouveau message est en route" in answer
    assert Message.objects.latest("pk").to_address not in answer


@pytest.mark.trust(8)
def test_a_lost_message_is_asked_for_with_the_same_answer_for_all(client, links):
    """The page rings a worker; what the worker then does is `send_lost_links`."""
    known, later = links[0].sent_to, AT + timedelta(days=2)
    asked = ("inconnue@example.org", known, known.upper())
    answers = [client.post(reverse("loans:family_lost"), {"email": email}).content for email in asked]
    assert len(set(answers)) == 1
    assert [send_lost_links(email=email, on=later.date(), at=later) for email in asked] == [0, 1, 0]
    assert Message.objects.latest("pk").to_address == known
    last = [client.post(reverse("loans:family_lost"), {"email": known}) for _ in range(10)][-1]
    assert last.status_code == 429


def guess(link, count):
    for _ in range(count):
        with pytest.raises(Refused):
            check_birth_date(link=link, birth_on=None, at=AT)


@pytest.mark.trust(9)
def test_a_new_message_to_the_same_address_gives_no_more_tries(links):
    """Four wrong dates, then « I lost my message »: whoever reads that mailbox has one try left, by any link."""
    first, later = links[0], AT + timedelta(days=2)
    guess(first, 4)
    assert send_lost_links(email=first.sent_to, on=later.date(), at=later) == 1
    second = SigningLink.objects.latest("pk")
    assert second.wrong_birth_dates_count == 4
    guess(second, 1)
    for link in SigningLink.objects.filter(guardian=first.guardian):
        assert link_problem(link, later) == "frozen"
    assert link_problem(links[1], AT) == ""  # the other parent is not to blame


@pytest.mark.trust(9)
def test_a_frozen_link_stays_so_through_reminders_and_a_corrected_address_starts_afresh(links, campaign):  # noqa: F811
    link = links[0]
    guess(link, 5)
    known, later = SigningLink.objects.count(), link.issued_at
    while SigningLink.objects.count() == known:
        later += timedelta(days=1)
        send_due_conventions(campaign=campaign, on=later.date(), at=later)
    reminder = SigningLink.objects.filter(guardian=link.guardian).latest("pk")
    assert reminder.pk != link.pk
    assert link_problem(reminder, later) == "frozen"
    Guardian.objects.filter(pk=link.guardian_id).update(email="juste@example.org")
    convention = Convention.objects.get()
    resend_convention(convention=convention, by=None, on=later.date(), at=later)
    assert link_problem(SigningLink.objects.get(sent_to="juste@example.org"), later) == ""
    assert unlock_links(convention=convention, by=None, at=later) >= 2
    reminder.refresh_from_db()
    assert reminder.wrong_birth_dates_count == 0


@pytest.mark.trust(9)
def test_whoever_knows_the_date_starts_afresh(links):
    link = links[0]
    guess(link, 4)
    check_birth_date(link=link, birth_on=link.convention.pupil.birth_on, at=AT)
    guess(link, 4)
    assert check_birth_date(link=link, birth_on=link.convention.pupil.birth_on, at=AT)


@pytest.mark.trust(9)
def test_a_frozen_link_is_opened_by_a_person_and_by_no_trick(links):
    link = links[0]
    for _ in range(5):
        with pytest.raises(Refused):
            check_birth_date(link=link, birth_on=None, at=AT)
    link.refresh_from_db()
    assert renewed(link, link.expires_at) == "link_not_repairable"
    with pytest.raises(Refused, match="bloqué"):
        share_link(link=link, at=AT)
    with pytest.raises(Refused, match="bloqué"):
        check_birth_date(link=link, birth_on=link.convention.pupil.birth_on, at=AT)
    assert unlock_links(convention=link.convention, by=None, at=AT) == 1
    assert EvidenceEvent.objects.filter(action="links_unlocked").count() == 1
    assert check_birth_date(link=link, birth_on=link.convention.pupil.birth_on, at=AT) == link
