"""A convention sent, opened, checked and signed by its first guardian, the second one never answering."""

from datetime import date, datetime, timedelta

import pytest

from core.evidence import Trace
from core.models import Message, MessageState
from core.timestamps import TimeAuthority
from loans.links import check_birth_date, stamp_seen
from loans.mailing import send_due_conventions
from loans.models import SigningLink
from loans.signing import sign_convention
from programmes.campaigns import open_campaign
from tests.kit.time_authority import time_authority
from tests.loans.conftest import PARIS
from tests.schools.factories import EnrolmentFactory


SENT_AT = datetime(2026, 8, 28, 9, tzinfo=PARIS)
OPENED_AT = datetime(2026, 9, 2, 18, 27, tzinfo=PARIS)
SIGNED_AT = datetime(2026, 9, 2, 18, 30, tzinfo=PARIS)
SEALED_AT = SIGNED_AT + timedelta(seconds=4)
CONSENT = "J’ai lu la convention de prêt et je l’accepte."
PHONE = Trace("192.0.2.7", "Essai/1.0")


@pytest.fixture
def campaign(db):
    return open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 7, 6))


@pytest.fixture
def links(campaign):
    EnrolmentFactory(campaign=campaign, guardians=2)
    send_due_conventions(campaign=campaign, on=SENT_AT.date(), at=SENT_AT)
    return list(SigningLink.objects.select_related("convention__text", "convention__pupil").order_by("pk"))


@pytest.fixture
def signature(links):
    Message.objects.update(state=MessageState.SENT, sent_at=SENT_AT, answer="250 2.0.0 Ok: queued as 4bCd")
    link = links[0]
    stamp_seen(link, OPENED_AT)
    birth_on = link.convention.pupil.birth_on
    check_birth_date(link=link, birth_on=birth_on, at=OPENED_AT, trace=PHONE)
    return sign_convention(
        link=link, consent=CONSENT, text_sha256=link.convention.text.sha256, trace=PHONE, at=SIGNED_AT
    )


@pytest.fixture
def clock(tmp_path, settings):
    """A time-stamping authority that works, until told otherwise."""
    TimeAuthority.silent_until.clear()
    settings.TIMESTAMP_TIMEOUT = 2
    with time_authority(tmp_path, settings) as served:
        yield served
