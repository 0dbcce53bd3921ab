"""The act of signing asks the base itself whether this browser gave its code: no page is trusted for it (trust 10)."""

from datetime import timedelta
from functools import partial

import pytest

from core.evidence import Trace
from loans.codes import give_code, send_code
from loans.models import Signature
from loans.signing import sign_convention
from tests.loans.conftest import campaign, enrol  # noqa: F401
from tests.loans.test_signing import CONSENT, refusal
from tests.trust.links import AT, ask_codes, code_received, mailed_links


pytestmark = [pytest.mark.trust(10), pytest.mark.django_db]


@pytest.fixture
def links(campaign, enrol):  # noqa: F811
    ask_codes(campaign)
    enrol(guardians=2)
    return mailed_links(campaign)


def signing(link, code_id, at=AT):
    text = link.convention.text.sha256
    return partial(
        sign_convention, link=link, consent=CONSENT, text_sha256=text, trace=Trace(), at=at, code_id=code_id
    )


def given(link):
    send_code(link=link, at=AT)
    return give_code(link=link, digits=code_received(AT), at=AT).pk


def test_no_code_or_one_not_given_yet_signs_nothing(links):
    sent = send_code(link=links[0], at=AT)
    for code_id in (None, sent.pk):
        assert refusal(signing(links[0], code_id)) == "code_missing"
    assert not Signature.objects.exists()


def test_the_code_of_the_other_guardian_signs_nothing(links):
    assert refusal(signing(links[1], given(links[0]))) == "code_missing"


def test_a_right_code_stands_for_two_hours(links):
    code_id = given(links[0])
    assert refusal(signing(links[0], code_id, AT + timedelta(hours=2))) == "code_missing"
    assert signing(links[0], code_id, AT + timedelta(hours=2, seconds=-1))()
