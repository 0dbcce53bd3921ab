"""Single-use codes: right once, ten minutes, five tries, three an hour, kept as a keyed digest (trust 10)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from accounts.enums import Role
from core.models import EvidenceEvent, Message
from core.refusals import Refused
from loans.codes import give_code, hand_over_code, send_code
from loans.models import SigningCode
from tests.loans.conftest import campaign, enrol  # noqa: F401
from tests.schools.factories import UserFactory
from tests.trust.links import AT, ask_codes, code_received, mailed_links


pytestmark = [pytest.mark.trust(10), pytest.mark.django_db]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def links(campaign, enrol):  # noqa: F811
    ask_codes(campaign)
    enrol(guardians=2)
    return mailed_links(campaign)


@pytest.fixture
def link(links):
    return links[0]


def outcome(act, **fields):
    try:
        act(**fields)
    except Refused as refusal:
        return refusal.code
    return "done"


def sent(link, at=AT):
    send_code(link=link, at=at)
    return code_received(at)


def wrong(digits):
    return f"{(int(digits) + 1) % 10**6:06}"


def test_a_code_works_once(link):
    digits = sent(link)
    assert outcome(give_code, link=link, digits=digits, at=AT + MINUTE) == "done"
    assert outcome(give_code, link=link, digits=digits, at=AT + MINUTE) == "code_closed"


@pytest.mark.parametrize(("minutes", "found"), [(9.99, "done"), (10, "code_closed")])
def test_it_lives_ten_minutes(link, minutes, found):
    digits = sent(link)
    assert outcome(give_code, link=link, digits=digits, at=AT + minutes * MINUTE) == found


def test_five_wrong_tries_close_it_even_for_the_right_one(link):
    digits = sent(link)
    tries = [outcome(give_code, link=link, digits=wrong(digits), at=AT) for _ in range(6)]
    assert tries == ["code_wrong"] * 4 + ["code_closed"] * 2
    assert outcome(give_code, link=link, digits=digits, at=AT) == "code_closed"
    assert SigningCode.objects.get().wrong_count == 5


def test_three_leave_in_an_hour_and_ten_in_a_day(link):
    """Whichever of their links asks: a link sent again gives no fresh count."""
    instants = [AT + 20 * MINUTE * number for number in range(72)]
    left = [at for at in instants if outcome(send_code, link=link, at=at) == "done"]
    assert len(left) == 10
    assert all(sum(at - 60 * MINUTE < other <= at for other in left) <= 3 for at in left)
    assert outcome(send_code, link=link, at=left[0] + timedelta(days=1)) == "done"


def test_a_new_code_closes_the_one_before(link):
    first, second = sent(link), sent(link, AT + MINUTE)
    assert outcome(give_code, link=link, digits=second, at=AT + MINUTE) == "done"
    assert outcome(give_code, link=link, digits=first, at=AT + MINUTE) == "code_closed"


def test_the_code_of_one_guardian_is_nothing_to_the_other(links):
    digits = sent(links[0])
    assert outcome(give_code, link=links[1], digits=digits, at=AT) == "code_closed"
    assert outcome(give_code, link=links[0], digits=digits, at=AT) == "done"


def test_a_closed_link_neither_asks_nor_gives(link):
    digits = sent(link)
    link.revoked_at = AT
    link.save()
    assert outcome(give_code, link=link, digits=digits, at=AT) == "link_revoked"
    assert outcome(send_code, link=link, at=AT + MINUTE) == "link_revoked"


def test_what_is_kept_is_no_plain_digest(link):
    """Trust 6: a million digests take a second; without the key they say nothing."""
    from hashlib import sha256

    digits = sent(link)
    kept = SigningCode.objects.get().digest
    assert kept not in {sha256(f"{salt}{digits}".encode()).hexdigest() for salt in ("", f"{link.pk} ")}
    assert digits not in str(list(EvidenceEvent.objects.values_list("payload", flat=True)))
    [body] = Message.objects.filter(kind="signing_code").values_list("body", flat=True)
    assert digits not in body  # sealed in it, and opened only while it leaves


def test_an_agent_hands_one_over_and_is_named(link):
    agent = UserFactory(role=Role.SCHOOL)
    code, digits = hand_over_code(convention=link.convention, guardian=link.guardian, by=agent, at=AT)
    assert (code.issued_by, code.channel) == (agent, "paper")
    assert outcome(give_code, link=link, digits=digits, at=AT + timedelta(days=6)) == "done"
    actions = EvidenceEvent.objects.filter(action__startswith="code_").values_list("action", "actor")
    assert list(actions) == [
        ("code_handed_over", f"user:{agent.public_id}"),
        ("code_right", f"link:{link.pk}"),
    ]


def test_a_code_in_hand_and_a_code_sent_both_work_until_one_did(link):
    agent = UserFactory(role=Role.SCHOOL)
    _code, by_hand = hand_over_code(convention=link.convention, guardian=link.guardian, by=agent, at=AT)
    by_mail = sent(link)
    assert outcome(give_code, link=link, digits=by_hand, at=AT) == "done"
    assert outcome(give_code, link=link, digits=by_mail, at=AT) == "code_closed"


def together(*acts):
    barrier = Barrier(len(acts))

    def one(act):
        barrier.wait()
        try:
            return outcome(act[0], **act[1])
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(one, acts))


@pytest.mark.django_db(transaction=True)
def test_twenty_browsers_give_the_right_code_at_once_and_one_succeeds(link):
    digits = sent(link)
    given = (give_code, {"link": link, "digits": digits, "at": AT})
    assert together(*[given] * 20) == {"done": 1, "code_closed": 19}


@pytest.mark.django_db(transaction=True)
def test_twenty_wrong_tries_at_once_count_five(link):
    digits = sent(link)
    tried = (give_code, {"link": link, "digits": wrong(digits), "at": AT})
    assert together(*[tried] * 20) == {"code_wrong": 4, "code_closed": 16}
    assert SigningCode.objects.get().wrong_count == 5


@pytest.mark.django_db(transaction=True)
def test_ten_asks_at_once_send_three(link):
    asked = (send_code, {"link": link, "at": AT})
    assert together(*[asked] * 10) == {"done": 3, "code_too_often": 7}
