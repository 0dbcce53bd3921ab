"""A signature that cannot be sealed, for a reason nobody thought of, keeps no other waiting (trust 17)."""

import pytest
from django.db import connection

from loans.links import check_birth_date
from loans.mailing import send_due_conventions
from loans.models import Signature, SigningLink
from loans.proof.sealing import store_missing_documents
from loans.signing import sign_convention
from tests.loans.proof.conftest import CONSENT, PHONE, SEALED_AT, SENT_AT, SIGNED_AT
from tests.schools.factories import EnrolmentFactory


STUMBLE = """
CREATE FUNCTION stumble() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.stream = TG_ARGV[0] AND NEW.action = 'proof_made' THEN RAISE EXCEPTION 'The disk is on fire.'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stumble BEFORE INSERT ON core_evidenceevent FOR EACH ROW EXECUTE FUNCTION stumble('{stream}')
"""


@pytest.mark.trust(17)
def test_the_one_that_fails_is_told_and_the_others_are_sealed(campaign, caplog):
    for _family in range(3):
        EnrolmentFactory(campaign=campaign)
    send_due_conventions(campaign=campaign, on=SENT_AT.date(), at=SENT_AT)
    for link in SigningLink.objects.select_related("convention__text", "convention__pupil"):
        check_birth_date(link=link, birth_on=link.convention.pupil.birth_on, at=SIGNED_AT)
        text = link.convention.text.sha256
        sign_convention(link=link, consent=CONSENT, text_sha256=text, trace=PHONE, at=SIGNED_AT)
    first = Signature.objects.earliest("pk").convention
    with connection.cursor() as cursor:
        cursor.execute(STUMBLE.format(stream=first.stream))
    assert store_missing_documents(at=SEALED_AT) == 2
    assert Signature.objects.get(document=None).convention == first
    assert f"convention {first.pk} is not made" in caplog.text
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER stumble ON core_evidenceevent")
    assert store_missing_documents(at=SEALED_AT) == 1
